//! Signs in an inbound message that a human must see: a possible minor, distress, coercion.
//!
//! Read for recall: a false alarm costs a human a glance, a miss may cost a person dearly. Still, "my 8 year old son will
//! join us" is no minor writing, and a family must not wait for a human because it has children.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::classify::{Reading, compile};

/// What a message may be a sign of.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SafetyKind {
    /// Somebody is, or may be, kept or used against their will.
    Coercion,
    /// Somebody is in danger, hurt, afraid or in despair.
    Distress,
    /// The person writing may be a minor.
    Minor,
}

/// A sign found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetySignal {
    /// What it may be a sign of.
    pub kind: SafetyKind,
    /// The name of the rule that saw it.
    pub rule: String,
    /// The words that made it fire, as said.
    pub text: String,
}

struct Sign {
    kind: SafetyKind,
    rule: &'static str,
    words: Regex,
    /// What the sentence must not say as well.
    unless: Option<Regex>,
}

/// The gravest first: the first sign that is found is the one reported.
static SIGNS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    let sign = |kind, rule, words: &str, unless: &str| Sign {
        kind,
        rule,
        words: compile(words),
        unless: (!unless.is_empty()).then(|| compile(unless)),
    };
    use SafetyKind::{Coercion, Distress, Minor};
    vec![
        sign(
            Coercion,
            "coercion.kept",
            "(?:won't|doesn't|don't|not|never|wouldn't|didn't) (?:let|letting|allow|allowed|allowing) (?:me|\
             us|her|him) (?:to )?(?:leave|go|out|call|speak|talk|see|have my|use)|(?:i'm|i am|am|we're|\
             we are|she's|she is|being|been) (?:being )?(?:held|kept|locked|trapped|detained|kidnapped|\
             captive|imprisoned|abducted)(?: (?:here|against|in|by|up|captive|hostage)|$)|\
             not allowed to (?:leave|go out|speak|talk|have)|can't (?:leave|get away|escape)(?: (?:because|\
             him|her|them|from|he|she|they|alone)|$)|held hostage",
            "(?:rain|snow|traffic|airport|train|flight|meeting|strike|luggage|on hold|held up|kept up|\
             out of my|work)",
        ),
        sign(
            Coercion,
            "coercion.forced",
            "against (?:my|her|his|our|their) will|(?:forced|forcing|forces|make|makes|making|made|\
             pressur(?:ed|ing)) (?:me|her|him|us) (?:to |into )?(?:work|have sex|do things|sleep with|\
             stay with|marry|sell|prostitut\\w*|do it)|forced (?:to|into) (?:work for|have sex|sleep with|\
             marry|marriage|prostitution|labou?r|do things)|traffick(?:ed|ing|er|ers)|(?:took|taken|takes|\
             has|have|keeps|kept|holding|confiscated) (?:away )?(?:my|her|his|our) (?:passports?|documents|\
             papers|id|phone)(?: (?:and|so|away|from|off)|$)|blackmail\\w*|(?:threatens?|threatened|\
             threatening) (?:me|us|to hurt|to kill|to tell|my)|(?:he|she|they)(?:'ll| will| is going to| are going to|\
             's going to|'re going to| gonna) (?:hurt|kill|beat|punish) (?:me|us|her)|(?:don't|do not|\
             please don't|can't) (?:let|tell) (?:him|her|them|anyone|my husband|my boyfriend|\
             my boss) (?:know|find out|i|where|that i)|(?:he|she|they) (?:controls?|owns?) me|\
             escape from (?:him|her|them|my)",
            "(?:at reception|at the desk|left|forgot|by mistake|photo of|copy of|surprise|birthday|proposal|\
             anniversary|make it work|can you make)",
        ),
        sign(
            Distress,
            "distress.self_harm",
            "(?:kill|hurt|harm|cut|cutting|killing|hurting|harming|hang|drown) (?:my|him|her|them)sel(?:f|\
             ves)|suicid\\w*|(?:end|take|ending|taking) (?:my|his|her|their) (?:own )?life|(?:want|wants|\
             wanted|going|ready|wish|rather) (?:to|i could|i was|i were) (?:just )?(?:die|be dead|dead|\
             disappear for ?ever)|(?:want(?:ed)? to|gonna|going to|will) end it(?: all)?|(?:hate|\
             end) my life|don't want to (?:live|be alive|wake up|be here any ?more|exist)|(?:no|\
             any) (?:reason|point) (?:to|in|of) (?:live|living|going on|go on)|can't (?:go on|\
             take it any ?more|do this any ?more|live like this|cope)|better off (?:dead|without me)|\
             (?:nothing|no one|nobody|noone) left (?:to live for|for me)|overdos\\w*|took (?:too many|\
             all (?:my|the)) (?:pills|tablets)|self ?harm\\w*|goodbye for ?ever|life is not worth|\
             not worth living",
            "(?:dying to|to die for|overdose of (?:work|fun|sun|cheese|chocolate))",
        ),
        sign(
            Distress,
            "distress.violence",
            "(?:he|she|they|husband|boyfriend|wife|partner|father|dad|man|someone|somebody|ex) (?:just |\
             keeps? |has |is |was |had )?(?:hit|hits|hitting|beat|beats|beaten|beating|hurt|hurts|hurting|\
             attack|attacked|attacking|chok(?:ed|es|ing)|strangl\\w+|punch(?:ed|es)?|kick(?:ed|s)?|\
             stabb(?:ed|ing)|assault\\w*|rap(?:ed|es|ing)|abus(?:ed|es|ing|ive)) ?(?:me|us|my|her|him|\
             the kids|again|$)|(?:i|we|she|he)(?:'ve| have| has| was| were|'m| am|'s| is| got| been)+ (?:being |\
             been )?(?:raped|assaulted|abused|attacked|beaten|stabbed|shot|robbed|mugged|molested|followed|\
             stalked|threatened|drugged|groped)|domestic (?:violence|abuse)|(?:women's|womens) (?:shelter|\
             refuge)|(?:afraid|scared|terrified|frightened) (?:that )?(?:he|she|they|someone|\
             somebody) (?:will |is going to |might |may |would )?(?:find|finds|hurt|hurts|kill|kills|come|\
             comes|get|gets|follow|follows|see|sees)|(?:afraid|scared|terrified|frightened) (?:of|\
             for) (?:him|her|them|my (?:life|husband|boyfriend|partner|father|wife|safety|kids|children)|\
             what he)|(?:running|run|ran|getting|get|got) away from (?:him|her|my (?:husband|boyfriend|\
             partner|ex|father|family|parents|home))|(?:stalk(?:s|ed|ing)|drugged) (?:me|us|her|him)|(?:was|\
             been|got|were) drugged|drugged (?:last|and)|(?:broke|breaking|broken|break) in(?:to)? (?:my|\
             our|the|here|through)|(?:following|watching|touched|touching) (?:me|us)(?: (?:here|now|home|\
             around|against|without|again|i)|$)|(?:someone|somebody|a man|a guy|man) (?:is |\
             keeps )?(?:following|trying to (?:get|break) in|in my room|outside my (?:door|window|room))",
            "(?:on instagram|on facebook|following me on)",
        ),
        sign(
            Distress,
            "distress.emergency",
            "(?:call|need|get|send|phone) (?:an? |the |me (?:an? )?)?(?:ambulance|police|911|112|999|\
             paramedics?)|(?:it's|this is|is) an? (?:real |medical )?emergency|medical emergency|(?:can't|\
             cannot|struggling to|hard to) breathe|(?:chest pains?|heart attack|having a stroke|a stroke|\
             seizure|unconscious|not breathing|passed out|collapsed|bleeding|anaphyla\\w*|allergic reaction|\
             panic attack)|(?:smoke (?:in|coming|from|everywhere)|smell(?:s|ing)? (?:of )?(?:gas|smoke|\
             burning)|gas leak|(?:is|house|room|kitchen|place) (?:is )?on fire|there's a fire|\
             carbon monoxide)|(?:i'm|i am|we're|we are|not|feel|feeling) (?:in (?:serious |real |\
             great )?danger|not safe|unsafe|in trouble)|don't feel safe|(?:please|pls) help me(?: (?:i'm|\
             i am|he|she|they|someone|please|now)|$)|(?:somebody|someone|anyone) help|\
             ^(?:@lead )*help (?:me|us)$|(?:had|have had|been in|in) an? (?:\\w+ )?accident|\
             in (?:the )?hospital|hospitali[sz]ed|help me (?:please|now)(?: |$)",
            "(?:emergency (?:exit|contact|number)|in case of|fire ?place|camp ?fire)",
        ),
        sign(
            Distress,
            "distress.despair",
            "(?:i'm|i am|im|so|feeling|feel|really|very) (?:so |very |really |completely |totally |\
             just )*(?:desperate|hopeless|terrified|devastated|suicidal|worthless|petrified|frightened|\
             scared|broken inside)|(?:have|got|had) (?:nowhere|no where|no place|no one|\
             nobody) (?:else )?(?:to go|to turn|to stay|left)|nowhere (?:else )?(?:safe )?(?:to go|to turn)|\
             nowhere to (?:sleep|stay) tonight|kicked (?:me |us )?out of (?:my|our|the) (?:house|home|flat)|\
             (?:i've been|i keep|can't stop|keep) crying|breakdown right now|falling apart|homeless|\
             (?:husband|wife|son|daughter|mother|father|mum|mom|dad|brother|sister|partner|baby) (?:just |\
             has |has just |suddenly )?(?:died|passed away)|lost my (?:husband|wife|son|daughter|mother|\
             father|mum|mom|dad|brother|sister|partner|baby)(?: (?:last|this|yesterday|today|to|and|in a)|\
             $)|having a (?:nervous )?breakdown",
            "(?:of (?:dogs?|heights|spiders|flying|the dark|cats|lifts|stairs)|for (?:a|some) (?:coffee|\
             holiday|beer|break|vacation|sleep)|in the (?:crowd|shop|park|mall|station|museum|market)|car|\
             projects?|museum|shelter work)",
        ),
        sign(
            Minor,
            "minor.age",
            "(?:i'm|i am|im|iam|we're both|we are both|both of us are|i will be|i'll be|i turn|\
             i just turned|i've just turned|my age is|i'm only|i am only|i'm just|i am just|i'm still|\
             we are only|we're only|my friends? and i are|me and my friends? are) (?:only |just |almost |\
             nearly |still |about )?(?:[6-9]|1[0-7]|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|\
             seventeen) ?(?:years? old|year ?old|years|yrs?(?: old)?|y/?o|yo|and (?:a half|my|i|we|want|\
             still|need|travel\\w*|live|can)|but|so|m|f|male|female|girl|boy|in @month|next (?:week|month|\
             year)|can (?:i|we)|is that|, [a-z]+|$)|(?:i'm|i am|im|we're|we are) (?:an? |all |\
             both )?(?:(?:[6-9]|1[0-7]|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|\
             seventeen) years? ?old|(?:[6-9]|1[0-7]) ?yo|minors?|under ?age(?:d)?|under (?:18|eighteen|16|\
             age)|not (?:yet )?(?:18|eighteen|an adult|of age)|(?:a )?teen(?:ager)?s?|a child|a kid|\
             a schoolgirl|a schoolboy|a pupil)|^(?:@lead )*(?:i'm |i am |im )(?:[6-9]|1[0-7])$",
            "minutes|mins|nights|people|weeks|months|rooms|guests|adults|of us|years ago|km|years (?:with|\
             in|here|coming)",
        ),
        sign(
            Minor,
            "minor.age_said",
            "(?:both|turning|aged|only) (?:only |just |almost |nearly |still |about )?(?:[6-9]|1[0-7]|ten|\
             eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen) ?(?:years? old|year ?old|years|\
             yrs?(?: old)?|y/?o|yo|and (?:a half|my|i|we|want|still|need|travel\\w*|live|can)|but|so|m|f|\
             male|female|girl|boy|in @month|next (?:week|month|year)|can (?:i|we)|is that|, [a-z]+|$)",
            "(?:my|our|the|his|her|their) (?:\\w+ ){0,3}(?:son|daughter|kids?|child(?:ren)?|boys?|girls?|\
             grand(?:son|daughter|children|kids)|nephew|niece|brother|sister)s? (?:is|are|who|aged|turn\\w*|\
             will)|minutes|mins|nights|people|weeks|months|rooms|guests|adults|of us|years ago|km|\
             years (?:with|in|here|coming)",
        ),
        sign(
            Minor,
            "minor.allowed",
            "(?:is|am i|are we|would|will) (?:1[0-7]|sixteen|seventeen|fifteen) (?:\\w+ )?(?:old enough|\
             too young|allowed|ok|okay|fine)|(?:old enough|too young) to (?:book|stay|check|rent|come|pay|\
             be)|(?:do|does) (?:i|we|you) (?:\\w+ )?(?:have|need) to be (?:over )?(?:18|eighteen|an adult|\
             21)|(?:without|need) (?:an? |my |our )?(?:parents?|guardian|adult)(?:'s)? (?:permission|\
             consent|present|with (?:me|us)|signature|to (?:book|sign|come))|can (?:i|we) (?:book|stay|\
             check in|come) (?:alone )?(?:without (?:my |our |an? )?(?:parents?|adult|guardian)|(?:if|\
             when) (?:i'm|i am|we're|we are|under)\\b)",
            "(?:my|our) (?:son|daughter|kids?|children|child|nephew|niece|teenager)",
        ),
        sign(
            Minor,
            "minor.home",
            "(?:my|our) (?:parents|mum|mom|mother|dad|father|folks|guardian|\
             foster parents) (?:\\w+ )?(?:don't|doesn't|do not|does not|must not|mustn't|can't|won't|\
             shouldn't|not) (?:know|find out|allow|let|agree|approve|hear)|(?:don't|do not|please don't|\
             without) (?:tell|telling|call|calling|contact|contacting|asking) (?:my|our) (?:parents|mum|mom|\
             mother|dad|father|folks|teacher|school)|(?:ran|run|running|sneak\\w*) (?:away|out) (?:from|\
             of) home|ran away|run(?:ning)? away|runaway|(?:i'm|i am|we're|\
             we are) (?:still )?(?:(?:students?|pupils?) )?(?:in|at|from|of) (?:a |\
             the )?(?:my (?:\\w+ )?year (?:of|at|in) )?(?:high|middle|secondary|primary|elementary|\
             junior high) school|(?:i'm|i am|we're) in (?:the )?(?:[5-9]|1[0-2])(?:th)? ?(?:grade|class)|\
             (?:i'm|i am) in year (?:[5-9]|1[0-3])|skip(?:ping)? school|after school (?:i|can|we)|\
             my (?:school )?homework|my teacher",
            "(?:running away from (?:it all|the city|stress|work|winter|the cold)|surprise|anniversary|\
             birthday|present)",
        ),
    ]
});

/// Reads the signs in `text`; none when there are none.
#[must_use]
pub fn read(text: &str) -> Option<SafetySignal> {
    of_reading(&Reading::of(text))
}

/// Reads a prepared message.
pub(crate) fn of_reading(reading: &Reading) -> Option<SafetySignal> {
    SIGNS.iter().find_map(|sign| {
        reading.sentences().iter().find_map(|sentence| {
            let text = reading.sentence(sentence);
            let found = sign.words.find(text)?;
            if sign.unless.as_ref().is_some_and(|unless| unless.is_match(text)) {
                return None;
            }
            let start = sentence.range.start;
            let said = reading.said_at(start + found.start()..start + found.end());
            Some(SafetySignal { kind: sign.kind, rule: sign.rule.to_owned(), text: said.to_owned() })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_all(wanted: Option<SafetyKind>, texts: &[&str]) {
        for text in texts {
            assert_eq!(read(text).map(|signal| signal.kind), wanted, "{text:?}: {:?}", read(text));
        }
    }

    #[test]
    fn a_possible_minor() {
        assert_all(
            Some(SafetyKind::Minor),
            &[
                "I'm 15 and want a room for me and my friend",
                "im 16 yo",
                "i am sixteen years old",
                "We are both 17, can we book?",
                "I'm a minor, is that a problem?",
                "I'm under 18",
                "my parents don't know",
                "please don't tell my mum",
                "is 17 old enough to book a room?",
                "do I need to be 18?",
                "can I stay without my parents?",
                "I'm in 10th grade",
                "I ran away from home",
                "I’m only 14",
                "im 15",
                "Am I too young to book? I'm 16",
                "I turn 17 in May so can I book",
            ],
        );
    }

    #[test]
    fn distress() {
        assert_all(
            Some(SafetyKind::Distress),
            &[
                "I want to die",
                "I can't go on",
                "I'm going to kill myself tonight",
                "my friend wants to kill himself",
                "he hits me, I need a place tonight",
                "please help me, he is outside",
                "someone is following me",
                "I'm so scared",
                "I have nowhere to go",
                "there is a smell of gas in the room",
                "call an ambulance please",
                "I can't breathe",
                "I don't feel safe here",
                "my husband just died and I cannot come",
                "I am running away from my husband",
                "i dont want to live anymore",
                "she was attacked on the way",
                "someone broke into our room",
                "I'm afraid he will find me",
                "help me",
                "I hate my life",
                "my ex is stalking me, please don't say I'm here",
                "my mother is in hospital",
                "there's smoke in the kitchen",
            ],
        );
    }

    #[test]
    fn coercion() {
        assert_all(
            Some(SafetyKind::Coercion),
            &[
                "he won't let me leave",
                "they took my passport",
                "I'm being held here",
                "I am forced to work for them",
                "she is here against her will",
                "please don't let him know I wrote to you",
                "he will hurt me if I go",
                "he's going to hurt me",
                "we are not allowed to go out",
                "I think she is being trafficked",
            ],
        );
    }

    #[test]
    fn families_and_idioms_are_none() {
        assert_all(
            None,
            &[
                "my 8 year old son will join us",
                "We are two adults and a 15 year old",
                "our daughter is 16, does she pay?",
                "I'm 15 minutes away",
                "we are 16 people",
                "We'll be 12",
                "I'm dying to see the lake",
                "the view is to die for",
                "I'm afraid we'll be late",
                "I was forced to cancel my flight",
                "we are stuck in traffic",
                "is there an emergency exit?",
                "Is the house near a fire station",
                "I'm a bit scared of dogs, are there any?",
                "I lost my wallet",
                "the heat is killing me",
                "I'll be 10 minutes late",
                "I'm on the 12th floor",
                "I've been coming here for 15 years",
                "me and my 3 kids aged 6, 9 and 12",
                "can I bring my teenager?",
                "I left my passport at reception",
                "Cancel my Friday booking",
                "I'm 34 and travel alone",
                "My kids are only 10 and 12",
                "my daughter is 16 and wants to stay alone",
                "",
            ],
        );
    }
}
