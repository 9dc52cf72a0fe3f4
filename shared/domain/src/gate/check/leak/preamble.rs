//! Words about the reply: labels, announcements, remarks on how it was written.

use super::{Family, Place};
use crate::gate::code::ViolationCode;

const fn family(place: Place, phrases: &'static [&'static str]) -> Family {
    Family { code: ViolationCode::Preamble, place, phrases }
}

pub(super) const FAMILIES: &[Family] = &[
    family(
        Place::Label,
        &[
            "(?:my |your |the |final |suggested |proposed |possible |revised |updated |draft |sms |text \
                 |first |second |improved )*\
             (?:draft|reply|response|message|rewrite|revision|output|translation|completion)(?: (?:[0-9]|to \
             (?:the )?(?:guest|client|customer)))?",
            "(?:final |suggested |possible \
                 )?answer|sms|text|body|tone|explanation|subject|re|(?:option|version|variant|variation|alternative)s? ?(?:[0-9a-c]|one|two|three)?",
            "respuesta|borrador|asunto|resposta|rascunho|assunto|reponse|brouillon|objet|antwort|entwurf|betreff|nachricht|\
             risposta|bozza|oggetto|antwoord|concept|onderwerp|mensaje|mensagem|messaggio|bericht",
        ],
    ),
    family(
        Place::Announcing,
        &[
            "(?:here is|here's|here are|below is|this is|this would be|i'd (?:say|write|reply|suggest)|you \
                 (?:could|can|might) (?:say|write|reply|send|use)|\
             i (?:would|suggest|propose)) \
             (?:\\w{0,24}?)(?:draft|reply|response|message|answer|text|version|rewrite|translation|options?|\
             versions|drafts|replies|something)",
            "(?:here is|here's) (?:how (?:i|she|he|you|they)|what (?:i|she|he|you)) (?:would|could|d|might) \
                 (?:say|write|reply|respond|answer)",
            "in (?:her|his|their|the owners?|your|the business(?:es)?) (?:\\w{0,12}?)(?:voice|tone|style)",
            "(?:aqui (?:tienes|esta|tiene|va)|esta es|aqui esta|aqui vai|segue) \
                 (?:\\w{0,12}?)(?:respuesta|mensaje|borrador|resposta|mensagem|rascunho)",
            "voici (?:\\w{0,12}?)(?:reponse|message|brouillon|proposition)",
            "(?:hier ist|hier kommt|hier is) \
                 (?:\\w{0,12}?)(?:antwort|nachricht|entwurf|vorschlag|antwoord|bericht|concept)",
            "ecco (?:\\w{0,12}?)(?:risposta|messaggio|bozza)",
        ],
    ),
    family(
        Place::Anywhere,
        &[
            "(?:i|i've|i have) (?:kept|keep|made|written|wrote|drafted|tried to keep) (?:it|the|this|my) \
                 ?(?:reply|response|message|tone|text|draft)? ?\
             (?:short|brief|concise|polite|friendly|casual|warm|under|within|simple|light|professional)",
            "(?:this|the|above) (?:reply|response|draft|message) \
                 (?:is|keeps|avoids|follows|uses|stays|maintains|addresses|acknowledges|matches|\
             adheres|respects|does not|doesn't) \
             (?:\\w{0,16}?)(?:tone|voice|polite|friendly|rules|facts|guidelines|price|short|concise|style|character|limit)",
            "i (?:avoided|omitted|left out|didn't mention|did not mention|did not include|didn't \
                 include|excluded) (?:\\w{0,10}?)(?:mention|mentioning|\
             prices?|emoji|the price|discount|refund)",
            "(?:let me know|tell me|just ask) if (?:you'd|you would|you) (?:like|want|need|prefer) (?:me to \
                 (?:adjust|change|revise|modify|tweak|rewrite|\
             shorten|make)|any (?:changes|edits|adjustments|revisions|tweaks)|(?:a |an \
             )?(?:different|another|shorter|more \\w{3,10}?) (?:tone|version|draft|style))",
            "feel free to (?:adjust|edit|modify|customi[sz]e|tweak|personali[sz]e|adapt) (?:it|this|the|as)",
            "would you like me to (?:adjust|revise|rewrite|shorten|rephrase|make it|tweak|draft|write)",
            "hope (?:this|that|the) (?:reply|draft|version|response) (?:works|helps|fits)",
            "(?:character|word|grapheme|token) (?:count|limit)|under [0-9]{2,4} characters|within [0-9]{2,4} \
                 characters|[0-9]{2,4} characters",
            "(?:suggested|proposed) (?:reply|response|message|draft)",
            "end of (?:message|reply|draft|response)",
            "insert (?:\\w{2,20}?)here|your name here|name here",
        ],
    ),
    Family {
        code: ViolationCode::Placeholder,
        place: Place::Capitals,
        phrases: &["todo|fixme|tbd|tbc|tba|lorem|loremipsum"],
    },
    Family {
        code: ViolationCode::Placeholder,
        place: Place::Anywhere,
        phrases: &["lorem ipsum", "(?:client|customer|guest|first|last|business|owner) name goes here"],
    },
];
