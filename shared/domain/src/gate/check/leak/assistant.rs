//! Talk of a machine about itself, also where it denies being one.

use super::{Family, Place};
use crate::gate::code::ViolationCode;

pub(super) const FAMILIES: &[Family] = &[Family {
    code: ViolationCode::AssistantPhrase,
    place: Place::Anywhere,
    phrases: &[
        "(?:as|being|i am|i'm|this is|you are (?:talking|speaking|chatting) (?:to|with)) (?:just |only \
             |merely |simply |not )?\
         (?:an?|your|the) (?:\\w{0,12})?(?:ai|artificial intelligence|language model|llm|virtual \
         assistant|digital assistant|\
         ai assistant|ai model|chat ?bot|bot|robot|automated \
         (?:system|assistant|reply|message|response)|computer program|\
         virtual agent|virtual receptionist)",
        "(?:large |ai )?language model|ai (?:assistant|model|chatbot|language)|artificial intelligence",
        "i (?:cannot|can't|can not|am unable to|'m unable to|am not able to|'m not able to|won't be able to) \
             (?:assist|comply|\
         fulfil(?:l)?|engage in|generate|continue with) (?:you )?(?:with )?(?:that|this|your request|the \
         request|requests|such|any)",
        "sorry (?:but )?i (?:cannot|can't|can not|am unable to|'m unable to) (?:help|assist) (?:you )?with \
             (?:that|this)",
        "(?:i am|i'm) not (?:a )?human|as a helpful|(?:i am|i'm) unable to (?:help|assist) with \
             (?:that|this|your) request|(?:cannot|can't|unable to) provide (?:that|this) information",
        "(?:knowledge|training) cut ?off|my training data|my last (?:update|training)|as of my \
             (?:last|knowledge)",
        "i (?:don't|do not) (?:have|possess) (?:feelings|emotions|(?:personal \
             )?(?:opinions|experiences|beliefs|preferences)|\
         a (?:physical )?body|consciousness|real time|access to real time|the ability to \
         (?:browse|access|feel|make calls))",
        "i (?:was|am|'m) (?:trained|created|developed|made|built|programmed) by \
             (?:openai|google|meta|anthropic|mistral|alibaba|a team)",
        "i (?:am|'m) (?:chatgpt|gpt|claude|gemini|copilot|qwen|llama|mistral|deepseek)|chatgpt|openai|gpt[345]",
        "como (?:uma?|una)? ?(?:ia|inteligencia artificial|modelo de (?:lenguaje|linguagem|ia|lengua)|modelo \
             linguistico|\
         asistente (?:virtual|de ia)|assistente (?:virtual|de ia)|chatbot)",
        "(?:soy|sou|eu sou|sono|je suis|ich bin|ik ben) (?:solo |apenas |so |seulement |juste |nur |solo \
             |slechts )?\
         (?:un|una|um|uma|une|ein|eine|een)? ?'?(?:ia|ki|ai|inteligencia artificial|intelligence \
         artificielle|intelligenza artificiale|\
         kunstliche intelligenz|modelo de (?:lenguaje|linguagem)|modele de langage|modello \
         linguistico|sprachmodell|taalmodel|\
         asistente virtual|assistente virtual|assistant virtuel|virtueller assistent|chatbot|robot|bot)",
        "en tant (?:qu'|que) ?(?:ia|intelligence artificielle|modele de langage|grand modele|assistante? \
             (?:virtuel(?:le)?|ia)|chatbot)",
        "als (?:eine? |een )?(?:ki|ai|kunstliche intelligenz|sprachmodell|taalmodel|virtuelle[rn]? \
             assistent(?:in)?|chatbot)\
         (?:sprachmodell|modell|assistent|taalmodel|model)?",
        "(?:come|in quanto) (?:un'?|uno |una )?(?:ia|intelligenza artificiale|modello (?:linguistico|di \
             linguaggio)|assistente virtuale|\
         chatbot)",
        "modelo de (?:lenguaje|linguagem)|modele de langage|modello linguistico|sprachmodell|taalmodel",
    ],
}];
