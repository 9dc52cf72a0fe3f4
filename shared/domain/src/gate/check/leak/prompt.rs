//! Words of the prompt: the instructions, talk of them, and the names its parts have.

use strum::VariantArray as _;

use super::{Family, Place};
use crate::{gate::code::ViolationCode, hold::HoldReason};

const fn family(place: Place, phrases: &'static [&'static str]) -> Family {
    Family { code: ViolationCode::PromptLeak, place, phrases }
}

pub(super) const FAMILIES: &[Family] = &[
    family(
        Place::Anywhere,
        &[
            "(?:according to|per|based on|following|under|given|due to|because of|against|in) my \
                 (?:\\w{0,10})?(?:instructions?|guidelines|\
             prompt|directives|programming|system message|training)",
            "my (?:\\w{0,10})?(?:instructions|guidelines|prompt|directives) \
                 (?:are|is|say|says|state|states|tell|require|\
             forbid|prohibit|don't|do not|were|include|read|prevent|only)",
            "(?:reveal|share|disclose|show|repeat|discuss|here are|here is|here's) my \
                 (?:\\w{0,10})?(?:instructions|prompt|guidelines|rules)|(?:begin|end) prompt|(?:the|this) \
                 prompt (?:says|tells|states|asks)",
            "the instructions (?:above|say|tell|state|i was given)|per policy i (?:can't|cannot|must not|may \
                 not|shouldn't)",
            "(?:system|developer|initial|hidden|original|secret) (?:prompt|instructions?|message)",
            "i (?:was|am|'m|have been|'ve been) (?:instructed|programmed|configured|prompted|designed) \
                 (?:to|not to|that|by|never)",
            "i (?:was|am|'m|have been|'ve been) told (?:to|not to|never to) \
                 (?:mention|reveal|discuss|say|reply|respond|answer|offer)",
            "as (?:i was )?(?:instructed|per (?:my|the) (?:instructions|prompt|guidelines))",
            "(?:the|these) (?:above|following|given|provided) (?:instructions|rules|guidelines|facts)",
            "you are (?:a|an) (?:helpful|friendly|professional|polite|ai|virtual|customer)(?:\\w{0,12})? \
                 ?(?:assistant|agent|model|chatbot)",
            "you are (?:an? ai|a language model|an assistant)|(?:never|do not|don't) \
                 (?:reveal|disclose|mention) (?:these|this|the|your|my) \
             (?:instructions|prompt|rules)",
            "stay in character|breaking character|in character as",
            "(?:segun|de acuerdo con|conforme a|siguiendo) mis (?:instrucciones|directrices)|mis \
                 instrucciones (?:son|dicen|indican)",
            "(?:segundo|de acordo com|conforme|seguindo) (?:as )?minhas (?:instrucoes|diretrizes)|minhas \
                 instrucoes (?:sao|dizem)",
            "(?:selon|d'apres|conformement a|suivant) mes (?:instructions|consignes|directives)|mes \
                 (?:instructions|consignes) \
             (?:sont|disent|indiquent)",
            "(?:laut|gemass|gemaess|nach|entsprechend) (?:meinen|meiner) \
                 (?:anweisung(?:en)?|vorgaben?|instruktion(?:en)?)|\
             meine (?:anweisungen|vorgaben) (?:sind|lauten|sagen)",
            "(?:secondo|in base a|seguendo) le mie (?:istruzioni|direttive)|le mie istruzioni \
                 (?:sono|dicono)",
            "volgens mijn instructies|mijn instructies (?:zijn|zeggen)",
            "(?:prompt|mensaje|mensagem|message|messaggio) (?:del sistema|do sistema|de sistema|systeme|di \
                 sistema)",
        ],
    ),
    // Names of special tokens of chat formats, which are left when their signs are gone.
    Family {
        code: ViolationCode::ChatMarkup,
        place: Place::Anywhere,
        phrases: &[
            "(?:im|turn) (?:start|end)|end of (?:text|turn)|start of turn|eot id|(?:begin|end) system(?: \
                 prompt)?|\
             (?:start|end) header id",
        ],
    },
    family(
        Place::Label,
        &["(?:facts|rules|instructions|context|policy|persona|constraints|guidelines|voice|playbook)"],
    ),
];

/// Names that only a prompt or a program has, as letters: fields of the facts, codes of this gate, reasons of holds.
pub(super) fn program_names() -> Vec<String> {
    const FIELDS: &[&str] = &[
        "never_offer",
        "max_chars",
        "max_emoji",
        "price_in_writing",
        "public_contacts",
        "payment_terms",
        "balance_due",
        "deposit_due",
        "min_units",
        "min_nights",
        "min_hours",
        "in_person",
        "text_only",
        "next_move",
        "template_key",
        "system_prompt",
        "house_rules",
        "first_message",
        "user_message",
    ];
    let codes = ViolationCode::VARIANTS.iter().map(ToString::to_string);
    let reasons = HoldReason::VARIANTS.iter().map(ToString::to_string);
    let all = codes.chain(reasons).chain(FIELDS.iter().map(|name| (*name).to_owned()));
    all.filter(|name| name.contains('_')).map(|name| name.replace('_', "")).collect()
}
