//! The words and patterns that deny, seem to deny, or end a denial. All for folded text.

use std::sync::LazyLock;

use regex::Regex;

/// What a word of denial denies, which decides how far it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denial {
    /// What somebody does: `can't`, `never`. Reaches to the end of its clause; two make a yes.
    OfActs,
    /// `without`, `instead of`: reaches the thing behind it, and counts as one of two as well.
    OfLack,
    /// A thing: `no`, `kein`. Reaches what stands next to it; any number of them is one denial.
    OfThings,
    /// `nor`: goes on with a denial.
    Continued,
}

impl Denial {
    pub(super) fn of(word: &str) -> Self {
        match word {
            "nor" => Self::Continued,
            "without" | "sin" | "sem" | "sans" | "ohne" | "senza" | "instead of" | "rather than" => {
                Self::OfLack
            }
            "no" | "none" | "neither" | "ni" | "nao" | "nem" | "pas" | "jamais" | "nunca" | "jamas"
            | "nicht" | "nie" | "niemals" | "non" | "mai" | "nadie" | "nobody" | "no one" | "nothing" => {
                Self::OfThings
            }
            other
                if ["kein", "nessun", "ningun", "nenhum", "aucun", "nient", "nicht"]
                    .iter()
                    .any(|stem| other.starts_with(stem)) =>
            {
                Self::OfThings
            }
            _ => Self::OfActs,
        }
    }
}

/// Words that deny.
pub(super) static DENIAL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?-u:\b)(?:
            no\ (?:way|reason|longer|chance|intention) | no\ one | say(?:s|ing)?\ no\ to
            | not | never | no | nor | neither | none | nobody | nothing | without | cannot | cant | dont | wont | isnt | arent | doesnt
            | unable | [a-z]+n't | instead\ of | rather\ than | stopped\ (?:doing|offering|giving|taking|accepting|making)
            | refus(?:e|es|ed|ing) | declin(?:e|es|ed|ing) | turn(?:ed|ing|s)?\ down | den(?:y|ies|ied|ying) | withh(?:old|olding|eld)
            # Spanish, Portuguese, French, German, Italian
            | nunca | jamas | sin | ni | nadie | ningun[ao]?s? | nao | nem | nenhum[a]? | sem | pas | jamais | sans | aucune?
            | nicht | kein(?:e[nmrs]?)? | nie | niemals | ohne | non | mai | senza | nessun[ao]?
        )(?-u:\b)",
    )
});

/// What holds a word of denial and denies nothing.
pub(super) static IDIOM: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?-u:\b)(?:
            (?:do\ ?n[o']?t|dont|do\ not|never|not|no\ need\ to)\ (?:even\ |ever\ )?(?:hesitate|forget|mind|worry|be\ (?:shy|afraid|a\ stranger)|think\ twice|tell|miss|wait|delay|fret|stress|panic)
            | (?:do\ ?n[o']?t|dont|do\ not|does\ ?n[o']?t|doesnt|never|not|wo\ ?n'?t|will\ not|would\ ?n'?t)\ (?:even\ |ever\ |usually\ |normally\ )?(?:charge|charging|bill|billing|object|ask|have\ (?:a|any)\ (?:problem|issue|trouble))
            | no\ (?:problem|worries|trouble|doubt|rush|issue|harm|bother|big\ deal|biggie|stress|pressure|hurry|drama|fuss|hassle|fear|sweat|panic|better|matter|wonder|question|secret|strings|catch)s?
            | no\ (?:extra\ |additional\ |further\ )?(?:charge|fee|cost|surcharge|supplement)s?\ (?:for|to|on|with|at)
            | no\ (?:later|less|more|fewer|earlier|sooner)\ than | no\ time\ (?:like|to\ (?:lose|waste))
            | never\ (?:be\ )?(?:a\ problem|an\ issue|a\ bother)
            | not\ (?:only|just|merely|(?:be\ )?(?:a\ problem|an\ issue|any\ trouble|an?\ bother)|to\ mention|to\ worry|bad|far)
            | (?:is|are|was|wo|would|does)n'?t\ (?:be\ )?(?:only|just|a\ problem|an\ issue|any\ trouble|hurt)
            | why\ (?:not|don'?t) | ca(?:n't|nt|nnot)\ (?:wait|go\ wrong|not\ wait|resist|help\ but|beat|miss|lose|fail|complain)
            | (?:would|could|can|should|do|did|is|are|wo)n'?t\ (?:you|we|it|that|i)(?-u:\b)
            | nothing\ (?:better|beats|like|wrong|easier|stops|simpler|nicer) | (?:nobody|no\ one)\ (?:minds|objects|would\ mind)
            | never\ (?:too|been\ (?:easier|better|simpler|cheaper)|hurts|fails) | (?:if|or|unless)\ not | not\ unless
            | no\ hay\ problema | sin\ (?:problemas?|duda|compromiso|falta) | sem\ (?:problemas?|duvida|compromisso|falta) | sans\ (?:souci|probleme|doute|hesiter|faute)
            | pas\ de\ (?:soucis?|problemes?) | aucun\ (?:souci|probleme) | kein\ (?:problem|thema|ding) | keine\ (?:frage|sorge) | ohne\ (?:problem|zweifel|weiteres)
            | (?:non\ c'e|nessun)\ problema | senza\ (?:problemi|dubbio) | n'hesite[zs]?\ pas | zogern\ sie\ nicht | zoger\ nicht | scheuen\ sie\ sich\ nicht
            | no\ dud(?:e|es|en) | nao\ hesit\w+ | non\ esit\w+ | warum\ nicht | pourquoi\ pas | por\ que\ (?:no|nao) | perche\ non
            | no\ solo | nao\ so | non\ solo | nicht\ nur | pas\ seulement
        )",
    )
});

/// What denies a thing behind it: `refunds are not possible`, `$100 won't work`, `calls we don't do`.
pub(super) static DENIED_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^(?:\ (?:of\ any\ kind|at\ all|here|with\ us|alone|really|just|simply|sadly|unfortunately|generally|usually|today|though|this\ (?:week|month|year|time)
                |(?:and|or|for|in|on|of|per|at|after)\ [\w'-]+(?:\ [\w'-]+)?))*
        (?:,\ ?(?:sadly|unfortunately|alas|regrettably|however|i'm\ afraid|i\ am\ afraid|sorry|leider|lamentablemente|infelizmente|malheureusement|purtroppo),?)?\ ?(?:
            (?-u:\b)(?:is|are|was|were|do|does|will|would|can|could|has|have)(?:n'?t|\ (?:\w+ly\ )?not|\ never|\ no\ longer)
            | (?-u:\b)(?: wo(?:n'?t) | ca(?:n'?t|nnot) | never | not\ (?:possible|available|offered|included|allowed|accepted) | impossible )
            | (?-u:\b)(?:is|are|would\ be|will\ be)\ (?:impossible|unavailable|excluded|out\ of\ the\ question|off\ the\ table|too\ (?:low|little|far|much))
            | (?-u:\b)(?:isnt|arent)
            | (?-u:\b)(?:i|we)\ (?:do\ ?n'?t|do\ not|ca\ ?n'?t|cannot|never)\ (?:do|offer|give|accept|make|take|have|provide|allow)\s*(?:$|[.,;!])
            | (?-u:\b)(?:\w+\ ){0,4}nicht(?:\ (?:an|moglich|machen|anbieten))?
            | (?-u:\b)no\ (?:es|son|esta|estan|puede|se|ofrecemos|hacemos|tenemos) | (?-u:\b)nao\ (?:e|sao|da|posso|aceito|fazemos|temos|oferecemos)
            | (?-u:\b)(?:n'est\ pas|ne\ (?:sont|suis|fait)) | (?-u:\b)non\ (?:e|sono|si|facciamo|offriamo)
        )(?-u:\b)?",
    )
});

/// An answer that denies what a question of one thing has named.
pub(super) static DENIED_IN_ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^\?\ *(?:sorry,?\ |unfortunately,?\ |sadly,?\ )?(?:no|nope|never|not\ (?:possible|offered|available|at\ all|here|with\ us|something\ we\ (?:do|offer))|impossible
            |i'm\ afraid\ not|unfortunately\ not|sadly\ not|(?:i|we)\ (?:do\ not|don'?t|cannot|can'?t)(?:\ (?:do|offer|give)(?:\ (?:them|it|that|those))?)?
            |nein|leider\ nicht|nicht\ moglich|non|nao|pas\ possible)\ *(?:[.,!;]|-|$)",
    )
});

/// Where a clause ends: stops, commas and dashes that do not stand inside a number, and words that turn the sense.
pub(super) static BREAK: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"[.!?](?:\s|$) | [;:\n()\[\]…—] | ,(?:\D|$) | \ -+\ 
        | (?-u:\b)(?: but | however | though | although | yet | except | unless | because | until | till | before | other\ than | apart\ from | besides
            | (?:better|easier|quicker|faster|nicer|simpler)\ than
            | instead(?:\ (?:i|we|you|just|please|lets?|let's|call|ring|text|phone|try|how|why|it|there|give|send)(?-u:\b)|,|$)
            | so\ (?:i|we|you|lets?|let's|just|please|call|ring|phone|text|give|drop|feel|why|can|could|it|there|he|she|they)
            | and\ (?:i|we|you|then|so|please|just|lets?|let's|feel|he|she|they)
            | pero | mas | porem | mais | aber | sondern | ma | sino | perche | porque | weil )(?-u:\b)",
    )
});

/// What begins anew without a stop, so that a denial before it does not reach beyond.
pub(super) static SHIFT: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?-u:\b)(?: now | today | tonight | tomorrow | sorry | please | only | then | later | atm | at\ the\ moment | instead | next\ (?:week|month|year|time)
            | ahora | agora | maintenant | jetzt | adesso | hoy | hoje )(?-u:\b)
        | [a-z0-9]\ just\ (?:$|[a-z])
        | (?-u:\b)(?:i|we|you|u|he|she|they)(?:'ll|'d|\ (?:will|can|could|would|shall|should|may|might|do|give|offer|am|are))(?:\ |$)
        | (?-u:\b)let(?:'s|\ me|\ us)(?-u:\b)",
    )
});

/// `I don't think that …`: the denial belongs to what is thought.
pub(super) static RAISED: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^\ (?:really\ |actually\ )?(?:think|believe|suppose|expect|feel|imagine)\ (?:that\ )?(?:i|we|you|he|she|they)\ (?:will|can|could|would|should|may|might|do|offer|give)\ ",
    )
});

/// What makes a condition of the words behind it: `if you can't find us call me`.
pub(super) static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?-u:\b)(?: if | when | whenever | in\ case | should\ you | once | si | se | wenn | falls | quando | cuando | quand )(?-u:\b)",
    )
});

/// A thing that is itself a request: `call me`, `rufen Sie mich an`. Only a denial right before it forbids it.
pub(super) static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"\ (?:me|us|moi|nous|mich|uns)$ | (?:ame|eme|enos|anos|ami|aci|temi)$ | ^(?:rufe?n?|ruft|komm|kommen|schau|schauen|appelez|appelle)(?-u:\b)",
    )
});

/// What may stand between a denial and a request that it forbids.
pub(super) static LIGHT: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^(?:\ (?:to|need|needs|have|ever|please|really|be|able|even|want|try|you|your|going|allowed|any|a|the|necessary|do|that|expect|clients|guests|people|me|te|le|lo|por|favor|de|zu))*\ ?$",
    )
});

/// A list that a refusal goes on with behind its commas: `no calls, video or visits`.
pub(super) static CONTINUED: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?-u:\b)(?:no|not|neither|(?:do|ca|wo|does|is|are)n't|dont|cant|cannot|kein(?:e[nmrs]?)?|sin|ni|sem|nem|pas|ohne|non|nessun[ao]?|nao)\ [a-z'-]+(?:\ [a-z'-]+){0,3}
        (?:,\ (?:no\ |nor\ |any\ )?[a-z-]+(?:\ [a-z-]+)?){0,4},?\ (?:or|nor|ni|ou|nem|oder|o|ne)\ (?:any\ )?[a-z-]+(?:\ [a-z-]+)?\s*(?:$|[.!;])",
    )
});

/// Words that a stray space may cut a word of denial from.
pub(super) const PARTS_OF_WORDS: &[&str] = &[
    "another",
    "nothing",
    "notice",
    "noticed",
    "noted",
    "notes",
    "notable",
    "notably",
    "notify",
    "notion",
    "know",
    "known",
    "now",
    "north",
    "northern",
    "noon",
    "nonetheless",
    "nonstop",
    "normal",
    "normally",
    "nevertheless",
    "nowadays",
    "novel",
    "november",
    "since",
    "sincerely",
    "sing",
    "single",
    "sinner",
    "using",
    "pass",
    "passes",
    "past",
    "pasta",
    "passport",
    "compass",
    "semi",
    "seminar",
    "assembly",
    "mail",
    "email",
    "main",
    "maintain",
    "mainly",
    "domain",
    "nice",
    "nicely",
    "night",
    "nights",
    "tonight",
    "niche",
    "finish",
    "piano",
    "canon",
    "minor",
    "honor",
    "honour",
    "donor",
    "economy",
    "monitor",
    "snow",
    "casino",
    "vino",
    "dinosaur",
    "business",
    "basin",
    "cousin",
    "raisin",
    "nine",
    "ninety",
    "animal",
    "union",
    "opinion",
    "magnificent",
    "nie",
    "niece",
    "lonely",
    "sinless",
    "denied",
];

fn compiled(pattern: &str) -> Regex {
    Regex::new(&format!("(?xi){pattern}")).expect("a constant pattern, which a test compiles")
}
