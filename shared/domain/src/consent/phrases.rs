//! The words and phrases by which consent is given and withdrawn.

use std::sync::LazyLock;

use regex::Regex;

use super::{Consent, ConsentReading, languages};
use crate::classify::{Reading, compile};

/// Words that end the conversation when they are all a message says: the FCC's, the carriers', and their like in
/// languages guests write in.
const OPT_OUT: &[&str] = &[
    "stop",
    "stopp",
    "stopall",
    "stop all",
    "stop it all",
    "quit",
    "end",
    "revoke",
    "optout",
    "opt out",
    "opt me out",
    "unsubscribe",
    "unsub",
    "unsuscribe",
    "unsubcribe",
    "unsubscibe",
    "unsubscribed",
    "remove",
    "remove me",
    "go away",
    "fuck off",
    "piss off",
    "get lost",
    "f off",
    "bugger off",
    "stop now",
    "stop this",
    "stop messaging",
    "stop texting",
    "stop sms",
    "stop txt",
    "stop texts",
    "stop messages",
    "text stop",
    "sms stop",
    "stop2end",
    "stop to end",
    "stop 2 end",
    "sto p",
    "st op",
    "s top",
    "stpo",
    "sotp",
    "tsop",
    "stp",
    "sttop",
    "unsubsribe",
    "unsubscrib",
    "unsuscrive",
    "un subscribe",
    "unsubscribe all",
    "opting out",
    "i'm opting out",
    "optout all",
    "end all",
    "end messages",
    "cease",
    "desist",
    "cease and desist",
    "do not text",
    "do not message",
    "do not contact",
    "don't text",
    "don't message",
    "don't contact",
    "no text",
    "no texts",
    "no msgs",
    "enough",
    "delete",
    "delete me",
];
const OPT_IN: &[&str] =
    &["start", "unstop", "optin", "opt in", "subscribe", "resubscribe", "resume messages"];
const HELP: &[&str] = &["help", "info", "aide", "ayuda", "hilfe"];
/// Signs that say no without a word.
const SIGNS_OF_NO: [&str; 2] = ["NO", "HALT"];
/// Words around a keyword that change nothing.
const POLITE: &[&str] = &[
    "please",
    "pls",
    "plz",
    "ok",
    "okay",
    "thanks",
    "thank",
    "you",
    "hi",
    "hello",
    "hey",
    "now",
    "just",
    "yes",
    "sir",
    "me",
    "no",
    "immediately",
    "already",
];
/// Longest line in which a keyword can be all that is said, in bytes of plain text.
const LINE_MAX_BYTES: usize = 80;

/// A line that is a keyword and nothing else, or a last sentence that is STOP.
pub(super) fn keyword_of_a_line(reading: &Reading) -> Option<ConsentReading> {
    let readings = || reading.plain().lines().filter(|line| line.len() <= LINE_MAX_BYTES).filter_map(keyword);
    if let Some(opt_out) = readings().find(|found| found.consent == Consent::OptOut) {
        return Some(opt_out);
    }
    let short = reading.said().len() <= LINE_MAX_BYTES;
    if short && reading.said().lines().any(is_foreign_opt_out) {
        return Some(ConsentReading { consent: Consent::OptOut, ask_operator: false });
    }
    let last = reading.sentences().last().map(|sentence| words_of(reading.sentence(sentence)));
    if reading.sentences().len() > 1 && last.is_some_and(|words| is_stop(&core(&words).join(" "))) {
        return Some(ConsentReading { consent: Consent::OptOut, ask_operator: false });
    }
    if last_part_is_stop(reading) {
        return Some(ConsentReading { consent: Consent::OptOut, ask_operator: false });
    }
    readings().next()
}

/// "I never signed up for this, stop": the last thing said, after a comma.
fn last_part_is_stop(reading: &Reading) -> bool {
    let last = reading.sentences().last().filter(|sentence| !sentence.asked);
    last.and_then(|sentence| reading.sentence(sentence).rsplit_once(','))
        .is_some_and(|(_, part)| is_stop(&core(&words_of(part)).join(" ")))
}

fn keyword(line: &str) -> Option<ConsentReading> {
    let found = |consent, ask_operator| Some(ConsentReading { consent, ask_operator });
    let words = words_of(line);
    if words.is_empty() {
        let signs: Vec<&str> = line.split_whitespace().collect();
        let says_no = !signs.is_empty() && signs.iter().all(|sign| SIGNS_OF_NO.contains(sign));
        return if says_no { found(Consent::Ask, true) } else { None };
    }
    let core = core(&words);
    let joined = spelled(&core).unwrap_or_else(|| core.join(" "));
    let joined = joined.as_str();
    if is_stop(joined) || is_opt_out_word(joined) || is_opt_out_word(&unleet(joined)) {
        return found(Consent::OptOut, false);
    }
    match joined {
        "cancel" | "cancel cancel" | "cancel all" => found(Consent::OptOut, true),
        _ if OPT_IN.contains(&joined) => found(Consent::OptIn, false),
        // "help me" and "more info" ask for something; the keyword is the word alone.
        _ if HELP.contains(&joined) && !words.contains(&"me") => found(Consent::Help, false),
        "wrong number" | "wrong person" => found(Consent::Ask, true),
        _ => None,
    }
}

fn is_opt_out_word(text: &str) -> bool {
    OPT_OUT.contains(&text) || languages::KEYWORDS.contains(&text)
}

/// `stop`, `stop stop`, `stooop`.
fn is_stop(text: &str) -> bool {
    static STOP: LazyLock<Regex> = LazyLock::new(|| compile("^s+t+o+p+(?: s+t+o+p+)*$"));
    STOP.is_match(text) || STOP.is_match(&unleet(text))
}

fn words_of(text: &str) -> Vec<&str> {
    let is_word =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '~' | '\'' | '@' | '$');
    text.split(|c| !is_word(c)).filter(|word| word.bytes().any(|b| b != b'\'')).collect()
}

/// The words without politeness around them. A message of politeness alone keeps it.
fn core<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let is_core = |word: &&&str| !POLITE.contains(*word);
    words.iter().filter(is_core).copied().collect()
}

/// Words of one letter each, put together: `s t o p`.
fn spelled(words: &[&str]) -> Option<String> {
    (words.len() > 2 && words.iter().all(|word| word.len() == 1)).then(|| words.concat())
}

/// Figures and signs read as the letters they stand in for: `st0p`.
fn unleet(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        text.chars().map(letter).collect()
    } else {
        String::new()
    }
}

fn is_foreign_opt_out(line: &str) -> bool {
    let word = line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    languages::KEYWORDS_OF_OTHER_SCRIPTS.contains(&word.as_str())
}

fn any_sentence(reading: &Reading, test: impl Fn(&str) -> bool) -> bool {
    reading.sentences().iter().any(|sentence| test(reading.sentence(sentence)))
}

/// A clear phrase.
pub(super) fn is_opt_out_phrase(reading: &Reading) -> bool {
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:stop|quit|cease) (?:\\w+ \
                 )?(?:texting|txting|txtin|textin|messaging|msging|msgin|contacting|sending|writing|emailing|\
             calling|bothering|spamming|harassing|bugging)(?: (?:me|us|my|to me|these|this|those|messages|\
             texts|it|now|please|so)|$)|stop (?:these|those|the|your|all|with) (?:\\w+ )?(?:messages|texts|\
             msgs|sms|emails|spam|ads)|(?:don't|do not|dont|dnt|never|please not|stop|no need to)(?: \
             (?:you|u|\
             dare|ever|please))* (?:contact|text|txt|message|msg|reply to|answer|email|write|write to|reach \
             out to|bother|\
             disturb|harass|spam|ping)(?: to)? (?:me|us|this number)(?: (?:again|anymore|any more|ever|\
             ever again|please|at all|further))+|(?:don't|do not|never)(?: (?:ever|you))* call (?:me|us|\
             this number)(?: (?:again|anymore|any more|ever|ever again))+|(?:don't|do not|never)(?: (?:ever|\
             you|please))* (?:contact|bother|harass|spam) (?:me|us)$|(?:don't|do not|dnt)(?: (?:ever|you|\
             please))* (?:text|txt|message|msg|email|write to|write) (?:me|us)(?: (?:please|thanks|\
             thank you))?$|(?:remove|take|delete|erase|unsubscribe|scrub) (?:me|us|my (?:\\w+ )?(?:number|\
             details|contact|data|name|info|information|email|phone))(?:$|(?: off| from| out of| out)(?:$| \
             (?:of )?(?:your|ur|the|this|\
             that|these|any|all|my|it)(?: \\w+)?(?: \\w+)?| (?:please|pls|now|thanks|here)))|(?:leave|\
             let) (?:me|us) (?:alone|in peace|be)$|leave me alone|(?:want|like|wish|choose|going|decided|\
             have|how (?:do|can) (?:i|we)) (?:to )?(?:opt out|opt ?out|unsubscribe)$|\
             opt(?:ing)? ?out of (?:\\w+ )?(?:messages|texts|sms|list|lists|marketing|newsletters?|\
             notifications|emails|communications?|updates|this|these|all)|(?:i )?(?:hereby )?opt out$|\
             (?:revoke|withdraw|withdrawing|revoking) (?:my |all |any )?(?:consent|permission)|\
             (?:i )?(?:don't|do not) consent|no (?:more|further) (?:\\w+ )?(?:messages|texts|msgs|sms|\
             emails|contact|spam)|(?:don't|do not|no longer) (?:want|wish|care) (?:to )?(?:(?:get|receive|\
             have|read|see|hear)(?: \\w+){0,4} (?:messages|texts|msgs|sms|emails|from you)|(?:any |more |\
             your |these )+(?:\\w+ )?(?:messages|texts|msgs|sms|emails)|to be (?:contacted|messaged|\
             texted))|(?:lose|forget|delete|block) (?:my|this) (?:phone )?number|(?:blocking|reporting|\
             reported|blocked) (?:you|this number)|never (?:text|message|contact|call|email|write to) (?:me|\
             us)(?: again| ever)|^(?:@lead )*(?:just )?(?:fuck|piss|bugger) off|get me off (?:your|this|\
             the) list|cancel (?:my |this |the |all |your \
             )*(?:subscription|messages|texts|sms|notifications|alerts)|(?:don't|do not|dnt) send (?:me|us) \
             (?:anything|(?:any ?)?more|any|these|this|messages|texts|sms)(?: \\w+){0,5}$|(?:no \
             longer|don't|do not) (?:want|need|wish) (?:\\w+ )?(?:messages|texts|\
             msgs|sms)|(?:enough|had enough) (?:of )?(?:the |these |this |your |with the \
             )*(?:messages|texts|msgs|spam)|(?:reported and blocked|blocked and reported)|(?:want|\
             get) (?:out|off) of (?:this|your|the) list|want off (?:this|your|the) list|no \
             (?:msgs|texts|messages|sms)(?: please| pls| thanks)?$|i'm opting out|i am opting out",
        )
    });
    static UNSUBSCRIBE: LazyLock<Regex> = LazyLock::new(|| compile("unsubscribe|unsub|unsuscribe"));
    static SAID_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "i (?:already |just )?(?:said|told (?:you|u)(?: to)?|asked (?:you|u)(?: to)?) (?:please \
                 )?stop(?: (?:texting|messaging|writing|contacting|sending|it)|$)",
        )
    });
    any_sentence(reading, |text| {
        SAID_BEFORE.is_match(text)
            || languages::is_phrase(text)
            || (PHRASE.is_match(text) && !is_told_of_others(text))
            || (UNSUBSCRIBE.is_match(text) && !is_denied(text))
    })
}

/// "he won't stop calling me" tells of somebody else; "don't stop texting me" says the opposite.
fn is_told_of_others(text: &str) -> bool {
    static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:won't|wouldn't|can't|couldn't|doesn't|didn't|don't|not|never|to|told (?:him|her|them|\
             me) to) (?:ever |even |just |please |you |u |really )?(?:stop|quit|cease|leave) (?:\\w+ \
             )?(?:texting|messaging|contacting|sending|\
             writing|calling|bothering|me|us)|(?:he|she|they|it|asked|told|told you|said|says|tell|told him|\
             told her) (?:\\w+ )?(?:don't|do not|never|not to|stop|leave|to leave)",
        )
    });
    OTHERS.is_match(text)
}

fn is_denied(text: &str) -> bool {
    static DENIED: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:didn't|did not|don't|do not|never|not) (?:\\w+ ){0,2}(?:unsubscribe|unsub|unsuscribe|\
             opt out)",
        )
    });
    DENIED.is_match(text)
}

/// True when the contact wants to be forgotten, not merely left in peace.
pub(super) fn wants_erasure(reading: &Reading) -> bool {
    static ERASE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:delete|erase|scrub|remove) (?:my|all my) (?:\\w+ )?(?:data|details|info|information|account)",
        )
    });
    ERASE.is_match(reading.plain())
}

/// Something that may be an opt-out: a keyword with a few words after it, a wrong number, "don't call me".
pub(super) fn looks_like_opt_out(reading: &Reading) -> bool {
    static MAYBE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:have|got|texted|texting|is|this is|it's|must be) (?:the |a )?wrong (?:number|person)|\
             ^wrong (?:number|person)|(?:who (?:gave|told) you (?:my|this) number|\
             how did you get my number)|(?:don't|do not) call (?:me|us|this number)$|(?:i am|\
             i'm) not (?:the person|who you)|^(?:@lead )*stop \\w+ing (?:me|us)",
        )
    });
    static AFTER_STOP: &[&str] = &[
        "by", "at", "in", "over", "for", "near", "there", "here", "off", "on", "signs", "sign", "is", "or",
        "and", "to", "from", "worrying", "smoking", "de", "du", "bus", "d", "bei", "an",
    ];
    any_sentence(reading, |text| {
        MAYBE.is_match(text) || is_denied(text) || is_stop(&core(&words_of(text)).join(" "))
    }) || reading.plain().lines().any(|line| {
        let words = words_of(line);
        let leads = words.first().is_some_and(|first| is_stop(first) || *first == "arret");
        leads && (2..=4).contains(&words.len()) && !AFTER_STOP.contains(&words[1])
    })
}

pub(super) fn is_opt_in_phrase(reading: &Reading) -> bool {
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "opt me (?:back )?in|opt back in|(?:sign|add) me (?:back )?(?:up|in)(?: again)?$|(?:you (?:can|\
             may)|please|ok to) (?:text|message|contact|write to) (?:me|us) again|re ?subscribe me|\
             subscribe me",
        )
    });
    any_sentence(reading, |text| PHRASE.is_match(text))
}

/// Asks for a person, or whether there is one.
pub(super) fn wants_a_person(reading: &Reading) -> bool {
    const WHO: &str = "(?:an? |the |any |some |your |this |that |actual |real |live |human |hotel |\
        person in charge |duty |general |shift )*(?:someone|somebody|anyone|anybody|some one|\
        human(?: being)?s?|persons?|people|manager|owner|host|boss|supervisor|staff|member of staff|\
        representative|rep|agent|operator|receptionist|reception|front desk|desk|team|whoever|responsible|\
        employee|real one|customer service|customer support|room service|restaurant|kitchen|concierge|spa)";
    static PERSON: LazyLock<Regex> = LazyLock::new(|| {
        compile(&format!(
            "(?:speak|talk|chat|spk)(?: \\w+)? (?:to|with) {WHO}|(?:get|give|connect|transfer|put|pass|hand|\
             forward|switch) (?:me|us|this)(?: on| over| through| back)? ?(?:to |with |on to )?{WHO}|(?:can|\
             could|may|would|will) {WHO} (?:please )?(?:answer|reply|respond|help me|contact me|get back|\
             take over|talk)|{WHO} (?:i can|i could|to) (?:talk|speak|chat)|(?:(?:want|need|prefer|like|get|\
             is there|are you|you are|you're|ur|r u|u) )(?:an? |the )?(?:\\w+ )?(?:real (?:person|human)|\
             human(?: being)?|actual (?:person|human)|live (?:person|agent))|(?:is|are|am|r|was) (?:this|\
             you|u|it|that|i (?:talking|speaking|chatting|writing) (?:to|with)|there) (?:\\w+ )?(?:an? |\
             the )?(?:\\w+ )?(?:bot|robot|ai|a\\.i|machine|chat ?bot|computer|automated|automatic|\
             real person|human|real)$|(?:bot|robot|ai|machine|chat ?bot) or (?:an? )?(?:\\w+ )?(?:human|\
             person|real)|(?:human|person) or (?:an? )?(?:bot|robot|ai|machine)|not (?:to )?(?:an? )?(?:bot|\
             robot|machine|ai)|who (?:am i|is this i'm) (?:talking|speaking|writing|chatting) (?:to|with)|\
             ^(?:@lead )*(?:human|agent|operator|representative|receptionist|real person)(?: (?:please|pls|\
             now))*$|(?:spa|restaurant|reception|service|pool|gym) team(?: please)?$|in charge (?:there|of)|\
             get (?:me )?(?:your|the) (?:manager|owner|boss)"
        ))
    });
    static BY_NAME: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:can|could|may) (?:i|we) (?:please )?(?:speak|talk|chat) (?:\\w+ )?(?:to|with) ([a-z]+)|\
             (?:want|like|need|prefer) to (?:speak|talk|chat) (?:\\w+ )?(?:to|with) ([a-z]+)",
        )
    });
    /// Who is no person of the house.
    const NOT_A_NAME: &[&str] = &[
        "you", "u", "him", "her", "them", "my", "our", "his", "their", "it", "each", "one", "the", "a", "an",
        "your", "me", "us", "some", "other", "friends", "mum", "mom", "dad",
    ];
    static THEIR_OWN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:speak|talk|chat) (?:to|with) (?:my|our|his|her) (?:\\w+ )?\\w+|(?:staff|people|team|person|\
             reception|restaurant) (?:was|were|is so|are so|is very|are very|is really) (?:nice|lovely|kind|\
             great|friendly)",
        )
    });
    any_sentence(reading, |text| {
        if PERSON.is_match(text) && !THEIR_OWN.is_match(text) {
            return true;
        }
        let named = BY_NAME.captures(text).and_then(|captures| captures.get(1).or_else(|| captures.get(2)));
        named.is_some_and(|name| !NOT_A_NAME.contains(&name.as_str()))
    })
}

/// "not interested, thanks": no for now.
pub(super) fn is_soft_no(reading: &Reading) -> bool {
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:thanks|thank you) but no(?: (?:thanks|thank you))?$|not interested(?: (?:thanks|thank you|\
             anymore|any more|sorry|at the moment|right now|now|but thanks|in (?:this|it|your offer)))*$|\
             no longer interested|^(?:@lead )*no(?: but)? (?:thanks|thank you|thx|ty)(?: (?:very much|\
             so much|anyway|for now|a lot))*$|(?:maybe|perhaps) (?:another|some other|next) (?:time|\
             year)|(?:some )?other time|(?:found|booked|got|chosen|chose|gone with|went with|go with|\
             going with|decided on) (?:\\w+ )?(?:somewhere|something|some place|someplace|another place|\
             another hotel|another one|elsewhere)(?: else)?|(?:changed|change) (?:my|our) minds?|(?:i'll|\
             we'll|i will|we will|i'd|we'd|going to) (?:have to )?pass$|(?:it's |that's )?not (?:for (?:me|\
             us)|what (?:i'm|we're|i am|we are|i|we) (?:looking|want|need)\\w*(?: for)?)$|(?:don't|won't|\
             no longer) need (?:it|a room|the room|accommodation|a place)(?: (?:anymore|any more|after all|\
             now|thanks))*$|decided (?:against|not to)",
        )
    });
    any_sentence(reading, |text| PHRASE.is_match(text))
        && !reading.sentences().iter().any(|sentence| sentence.asked)
}
