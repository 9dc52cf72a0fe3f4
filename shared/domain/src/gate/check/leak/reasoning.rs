//! A model thinking aloud.

use super::{Family, Place};
use crate::gate::code::ViolationCode;

const fn family(place: Place, phrases: &'static [&'static str]) -> Family {
    Family { code: ViolationCode::ReasoningLeak, place, phrases }
}

pub(super) const FAMILIES: &[Family] = &[
    family(
        Place::Anywhere,
        &[
            // The reader is never "the user"; a guest may speak of "the guest" in other ways.
            "the user (?:wants?|asks?|asked|is|was|has|said|says|seems?|needs?|mention(?:s|ed)|might|may|would|wrote|\
             inquires?|requests?|requested|did|does|doesn't|didn't)",
            "the users (?:message|request|question|intent|query|name|input|last message|tone|inquiry|text)",
            "the (?:client|customer|guest|sender|contact) (?:wants|asks|asked|is asking|is looking|is \
                 interested|is requesting|\
             seems|has asked|inquires|wrote|says|said|mentions|mentioned|is polite|is upset|is negotiating)",
            "internal note|note to self|i will now (?:write|draft|compose|respond|craft)|my \
                 (?:goal|task|objective|job) is to (?:book|convert|reply|respond|close|persuade)",
            "first i'll (?:greet|acknowledge|respond)|i(?:'ll| will) (?:greet|acknowledge) (?:the|their)",
            "user intent|chain of thought|internal monologue|scratch ?pad",
            "let me (?:think (?:step|through|carefully|about (?:the|this|how|what|whether)|this \
                 through)|analy[sz]e|reason|\
             parse|craft|compose|draft (?:a|the|this)|break (?:this|it) down|re ?read the)",
            "let's think (?:step|about this|through)|think(?:ing)? step by step",
            "(?:pick|choose|select|determine|decide) (?:on )?(?:the|a|an|my) \
                 (?:\\w{0,12})?(?:move|template|intent|tool)",
            "(?:first|next|now|then|so|here|okay|ok) (?:i|we) (?:need to|should|must|have to|will|ll) \
                 (?:determine|decide|\
             identify|figure out|check the \
             (?:facts|rules|policy|prices?)|analy[sz]e|consider|craft|respond|produce|output|write)",
            "(?:i|we) (?:need to|should|must|have to) (?:respond|reply|answer) (?:to the|with a|in a|in \
                 her|in his|in the|as|\
             politely|briefly|concisely)",
            "(?:my|the) (?:best|appropriate|right|ideal|correct) (?:response|reply|move) (?:is|would \
                 be|should be|here)",
            "(?:according to|per|following|checking|based on) the (?:playbook|policy rules|facts \
                 provided|given facts|provided facts|\
             prompt|context provided)",
            "the (?:response|reply|answer|tone) (?:should|must) (?:be|not|stay|remain|sound|include)",
            "(?:el|al) (?:usuario|cliente) (?:quiere|pregunta|pide|solicita|desea|esta preguntando)",
            "o (?:usuario|utilizador|cliente) (?:quer|pergunta|pede|deseja|esta perguntando|esta a \
                 perguntar)",
            "(?:l'utilisateur|le client) (?:veut|demande|souhaite|cherche)",
            "der (?:nutzer|benutzer|kunde|gast|user) (?:mochte|moechte|will|fragt|hat gefragt|bittet)",
            "(?:l'utente|il cliente) (?:vuole|chiede|desidera)",
            "de (?:gebruiker|klant) (?:wil|vraagt)",
        ],
    ),
    family(Place::Opening, &["(?:okay|ok|alright|right|hmm+|so|well)? ?let me think"]),
    family(
        Place::Label,
        &[
            "step (?:[0-9]{1,2}|one|two|three|four|five|six)",
            "(?:my )?(?:reasoning|thoughts?|thinking|analysis|rationale|thought \
                 process|plan|intent|move|next move|action|observation)",
            "(?:paso|passo|schritt|etape|stap) (?:[0-9]{1,2}|uno|um|eins|une?)",
            "razonamiento|raciocinio|raisonnement|uberlegung|ragionamento",
        ],
    ),
];
