//! Numbers that are named to be turned down (`I can't go down to $100`) or set right (`you mentioned $120, the rate is
//! …`): no offers.

use std::sync::LazyLock;

use crate::{
    gate::{
        draft::Draft,
        mention::{Form, MoneyFound},
        phrases::{Phrases, phrases},
    },
    text::Polarity,
};

/// Longest stretch before a number that is searched, in bytes.
const REACH_BYTES: usize = 80;

/// The verb of doing business that is denied right before a number. A comparison after it (`can't do less than`) would
/// turn the refusal into a price, and `only` and `but` would offer one.
static TURNED_DOWN: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            (?: ca(?:n'?t|nnot|n\ not) | could(?:n'?t|\ not) | wo(?:n'?t) | will\ not | would(?:n'?t|\ not) | do(?:n'?t|\ not)
              | unable\ to | not\ able\ to | never | isn'?t | not | no\ puedo | no\ podemos | no\ hago | no\ es
              | nao\ (?:posso|consigo|faco|fazemos|e) | je\ ne\ (?:peux|fais)\ pas | ne\ (?:peux|pouvons)\ pas | kann\ (?:ich\ )?(?:leider\ )?nicht
              | non\ (?:posso|possiamo|faccio|e) )
            (?:\ (?:really|possibly|just|go|do|take|accept|match|offer|work|drop|come|down|lower|be|make|get|that|it|the|rate|price|for|to|at|as|far|low|your|of|bajar|hacerlo|a|por|hasta
                |aceitar|baixar|para|fazer|descendre|faire|accepter|auf|fur|zu|scendere|fare|accettare|agree|say|honou?r|meet|give|sell|stretch|charge|charging|asking))*
        )\ $",
    )
});

/// What says that the number behind it is somebody else's.
static QUOTED: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            you(?:'ve|\ have|\ had|r)?\ (?:just\ )?(?:mentioned|said|wrote|asked\ (?:about|for)|offered|suggested|proposed|saw|quoted|found|heard|were\ (?:told|quoted)|budget|offer|price)
            | (?:instead\ of|rather\ than|not|no\ longer|used\ to\ be|used\ to\ charge|isn'?t|is\ not|was)
            | (?:mencionaste|dijiste|ofreciste|mencionou|disse|ofereceu|avez\ (?:dit|mentionne|propose)|(?:sie|du)\ (?:haben|hast)|ha\ detto|hai\ detto|en\ lugar\ de|em\ vez\ de|au\ lieu\ de|statt|invece\ di)
        ) (?:\ (?:is|was|of|a|the|about|for|to|it|that|only|around))* \ $",
    )
});

/// True when an amount is named to be turned down.
pub(super) fn is_refused(draft: &Draft<'_>, found: &MoneyFound) -> bool {
    if found.form != Form::Exact {
        return false;
    }
    before(draft, found, &TURNED_DOWN) || is_denied_behind(draft, found)
}

/// True when an amount is named as somebody else's.
pub(super) fn is_quoted(draft: &Draft<'_>, found: &MoneyFound) -> bool {
    found.form == Form::Exact && before(draft, found, &QUOTED)
}

fn before(draft: &Draft<'_>, found: &MoneyFound, pattern: &Phrases) -> bool {
    let folded = draft.folded.as_str();
    let start = draft.folded.range_of(&found.range).start;
    let from = folded.floor_char_boundary(start.saturating_sub(REACH_BYTES));
    let before = &folded[from..start];
    // "Why not €60?" offers it.
    pattern.find(before).is_some_and(|found| !before[..found.start()].trim_end().ends_with("why"))
}

/// `$100 isn't possible`, `$80 won't work`: the clause denies it behind the number and nothing denies it before.
fn is_denied_behind(draft: &Draft<'_>, found: &MoneyFound) -> bool {
    static DENIED: LazyLock<Phrases> = LazyLock::new(|| {
        phrases(
            r"(?x)^(?:\ (?:an?|per|the|for)\ \w+)?\ (?: (?:is(?:n'?t|\ not)|wo(?:n'?t)|will\ not|would(?:n'?t|\ not)|does(?:n'?t|\ not)|ca(?:n'?t|nnot))
                | is\ (?:too\ (?:low|little)|out\ of\ the\ question|impossible|below) | (?:no\ es|nao\ e|n'est\ pas|geht\ (?:leider\ )?nicht|non\ e) )",
        )
    });
    let end = draft.folded.range_of(&found.range).end;
    let behind = &draft.folded.as_str()[end..];
    let Some(denied) = DENIED.find(behind) else { return false };
    let words = behind[denied.end()..].split_whitespace().take(2);
    // "€60 isn't a problem" accepts it.
    let is_fine = words
        .into_iter()
        .any(|word| matches!(word.trim_matches(['.', ',', '!']), "problem" | "issue" | "bad" | "far"));
    !is_fine && draft.polarity(&found.range) == Polarity::Negated
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        facts::Facts,
        gate::{GateContext, validate_draft},
    };

    fn is_ok(body: &str) -> bool {
        let text = example::FACTS_TOML.replace("language = \"en\"", "languages = [\"en\", \"es\"]");
        let facts = Facts::parse_toml(&text).unwrap();
        validate_draft(body, &facts, &GateContext::default()).ok
    }

    #[test]
    fn what_is_turned_down_or_set_right_passes() {
        for body in [
            "I can't go down to €60, sorry",
            "Sorry, we cannot do it for €60.",
            "€60 isn't possible, I'm afraid",
            "You mentioned €60, the rate is actually €90 per night",
            "It's €90 per night, not €80.",
            "No puedo bajar a 60 €, lo siento",
        ] {
            assert!(is_ok(body), "{body}");
        }
    }

    #[test]
    fn what_is_offered_in_the_same_words_is_held() {
        for body in [
            "I can't do less than €60",
            "I can't go below €60",
            "Why not €60?",
            "I can't do €60 but I can do €70",
            "You mentioned €60, that works!",
            "No problem, €60 it is",
            "Unfortunately it's €60",
            "I wouldn't charge more than €60",
        ] {
            assert!(!is_ok(body), "{body}");
        }
    }
}
