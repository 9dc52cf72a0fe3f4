//! The playbook: which situation gets which reply. Written in TOML, versioned in the store, checked whole at loading.
//!
//! A rule names the intents, states, archetypes and facets it is for; what it does not name is any. The rule that
//! names more wins. Loading plays through every situation there is: one without a rule, one with two equally specific
//! rules, and a rule that never wins are refused, so that deciding cannot fail later.

mod check;
mod source;

use serde::Serialize;

pub use self::check::PlaybookError;
use crate::{
    classify::Atoms,
    content_hash::ContentHash,
    decision::NextAction,
    intent::Intent,
    situation::{Archetype, Situation, ThreadState},
};

/// Longest playbook accepted, in bytes: some hundred times the example.
pub const PLAYBOOK_MAX_BYTES: usize = 256 * 1024;
/// Most rules accepted. Checking plays every rule against every situation, so that this bounds the time of a load.
pub const PLAYBOOK_MAX_RULES: usize = 500;

/// A loaded, complete playbook.
#[derive(Debug, Clone)]
pub struct Playbook {
    rules: Vec<Rule>,
    /// For every situation the index of its rule; see [`cell`].
    table: Vec<u16>,
}

/// One rule: the situations it is for, and what it says about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name, unique in the playbook; recorded with every decision.
    pub name: String,
    /// The intents it is for; empty for any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intents: Vec<Intent>,
    /// The states it is for; empty for any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<ThreadState>,
    /// The archetypes it is for; empty for any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub archetypes: Vec<Archetype>,
    /// What the message must state, or must not.
    pub facets: Facets,
    /// What it says to do.
    pub action: NextAction,
    /// Where the thread goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_state: Option<ThreadState>,
    /// What kind of guest the contact then seems to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_archetype: Option<Archetype>,
}

/// Conditions on what the message states: `true` for must, `false` for must not, empty for either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facets {
    /// A date that can be looked up: see [`Atoms::dates_given`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<bool>,
    /// How many come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<bool>,
    /// A price proposed by the guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<bool>,
}

/// Number of combinations of the three facets.
const FACET_CELLS: usize = 8;

/// The facets of one message, or of one column of the table, as bits: 1 dates, 2 party, 4 offer.
type FacetBits = usize;

impl Facets {
    fn allow(&self, bits: FacetBits) -> bool {
        let allows = |wanted: Option<bool>, bit| wanted.is_none_or(|wanted| wanted == (bits & bit != 0));
        allows(self.dates, 1) && allows(self.party, 2) && allows(self.offer, 4)
    }

    fn named(&self) -> usize {
        [self.dates, self.party, self.offer].into_iter().flatten().count()
    }
}

fn facet_bits(atoms: &Atoms) -> FacetBits {
    usize::from(atoms.dates_given())
        | usize::from(atoms.party.is_some()) << 1
        | usize::from(atoms.offer_made()) << 2
}

impl Rule {
    /// How much the rule names: one for each of intents, states, archetypes and every facet. More wins.
    #[must_use]
    pub fn specificity(&self) -> usize {
        usize::from(!self.intents.is_empty())
            + usize::from(!self.states.is_empty())
            + usize::from(!self.archetypes.is_empty())
            + self.facets.named()
    }

    fn is_for(&self, intent: Intent, state: ThreadState, archetype: Archetype, bits: FacetBits) -> bool {
        (self.intents.is_empty() || self.intents.contains(&intent))
            && (self.states.is_empty() || self.states.contains(&state))
            && (self.archetypes.is_empty() || self.archetypes.contains(&archetype))
            && self.facets.allow(bits)
    }
}

impl Playbook {
    /// Reads and checks a playbook.
    ///
    /// # Errors
    /// Names line, rule and field: a text that is not TOML; a field, intent, state, archetype, template key or hold
    /// reason that does not exist or has no place here; a rule without a name or with a used one, or with no action or
    /// two; and, when all rules read well, a tie, a situation without a rule, and a rule that never decides.
    pub fn parse_toml(text: &str) -> Result<Self, PlaybookError> {
        let rules = source::read(text)?;
        let table = check::table(&rules)?;
        Ok(Self { rules: rules.into_iter().map(|sourced| sourced.rule).collect(), table })
    }

    /// The rules in the order they were written.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The one rule that decides in `situation`.
    #[must_use]
    pub fn rule_for(&self, situation: &Situation<'_>) -> &Rule {
        let bits = facet_bits(situation.atoms);
        let at = cell(situation.intent, situation.state, situation.archetype, bits);
        &self.rules[usize::from(self.table[at])]
    }

    /// Hash of what the playbook says. Comments, order of fields and white space do not change it.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of_json(&self.rules)
    }
}

/// Place of a situation in the table.
fn cell(intent: Intent, state: ThreadState, archetype: Archetype, bits: FacetBits) -> usize {
    use strum::VariantArray as _;
    let states = ThreadState::VARIANTS.len();
    let archetypes = Archetype::VARIANTS.len();
    ((intent as usize * states + state as usize) * archetypes + archetype as usize) * FACET_CELLS + bits
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use strum::VariantArray as _;

    use super::*;
    use crate::{decision::decide, hold::HoldReason, template::TemplateKey};

    const EXAMPLE: &str = include_str!("../example/playbook.toml");

    /// Rules for every intent but those that `rest` says it is for.
    fn playbook(rest: &str) -> Result<Playbook, PlaybookError> {
        Playbook::parse_toml(&format!("[[rule]]\nname = \"else\"\nhold = \"no_workflow\"\n\n{rest}"))
    }

    fn refused(rest: &str) -> String {
        playbook(rest).unwrap_err().to_string()
    }

    fn shown(action: &NextAction) -> String {
        match action {
            NextAction::Reply(key) => key.to_string(),
            NextAction::Choose(keys) => keys.iter().map(TemplateKey::to_string).collect::<Vec<_>>().join("|"),
            NextAction::Hold(HoldReason::NoWorkflow) => "hold".to_owned(),
            NextAction::Hold(reason) => reason.to_string(),
        }
    }

    /// One row per intent and one column per state; where archetype or facets matter, what they change stands below.
    #[test]
    fn the_whole_table_of_the_example() {
        let playbook = Playbook::parse_toml(EXAMPLE).unwrap();
        let mut table = format!("{:20}", "");
        for state in ThreadState::VARIANTS {
            table += &format!(" {:22}", state.to_string());
        }
        for intent in Intent::VARIANTS {
            let row = |archetype, bits| -> Vec<String> {
                let one = |state: &ThreadState| {
                    let rule =
                        &playbook.rules[usize::from(playbook.table[cell(*intent, *state, archetype, bits)])];
                    let next = rule.next_state.filter(|next| next != state);
                    let learned = rule.next_archetype.filter(|next| *next != archetype);
                    let arrow = |text: String| format!(">{text}");
                    shown(&rule.action)
                        + &next.map(|next| arrow(next.to_string())).unwrap_or_default()
                        + &learned.map(|next| arrow(next.to_string())).unwrap_or_default()
                };
                ThreadState::VARIANTS.iter().map(one).collect()
            };
            let plain = row(Archetype::Unknown, 0);
            let mut variants: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
            for archetype in Archetype::VARIANTS {
                for bits in 0..FACET_CELLS {
                    let names = ["dates", "party", "offer"].iter().enumerate();
                    let facets: Vec<_> =
                        names.filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, name)| *name).collect();
                    variants
                        .entry(row(*archetype, bits))
                        .or_default()
                        .push(format!("{archetype}+{}", facets.join("+")));
                }
            }
            let mut line = |name: &str, row: &[String]| {
                table += &format!("\n{name:20}");
                row.iter().for_each(|cell| table += &format!(" {cell:22}"));
            };
            line(&intent.to_string(), &plain);
            for (row, names) in variants.iter().filter(|(row, _)| **row != plain) {
                line(&format!("  {}", brief(names)), row);
            }
        }
        let table: Vec<&str> = table.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    /// "unknown+dates, unknown+dates+party, …" as what they have in common.
    fn brief(names: &[String]) -> String {
        let split = |name: &String| {
            let (archetype, facets) = name.split_once('+').unwrap();
            (archetype.to_owned(), facets.contains("dates"))
        };
        let archetypes: std::collections::BTreeSet<String> = names.iter().map(|name| split(name).0).collect();
        let with_dates: std::collections::BTreeSet<bool> = names.iter().map(|name| split(name).1).collect();
        let who = if archetypes.len() >= Archetype::VARIANTS.len() - 1 {
            "any".to_owned()
        } else {
            archetypes.into_iter().collect::<Vec<_>>().join(",")
        };
        match with_dates.into_iter().collect::<Vec<_>>()[..] {
            [true] => format!("{who}, dates"),
            [false] => format!("{who}, no dates"),
            _ => who,
        }
    }

    #[test]
    fn a_decision_names_its_rule_and_learns_the_kind_of_guest() {
        let playbook = Playbook::parse_toml(EXAMPLE).unwrap();
        let atoms = Atoms { guest_kind: Some(Archetype::ReturningGuest), ..Atoms::default() };
        let mut situation = Situation {
            archetype: Archetype::Unknown,
            state: ThreadState::New,
            intent: Intent::PriceAsked,
            atoms: &atoms,
        };
        let decision = decide(&playbook, &situation);
        assert_eq!(decision.action, NextAction::Reply(TemplateKey::PRICE_QUOTE));
        assert_eq!(decision.next_state, Some(ThreadState::Quoted));
        assert_eq!(decision.next_archetype, Some(Archetype::ReturningGuest));
        assert_eq!(decision.rule, "price_first_asked");

        situation.intent = Intent::DiscountAsked;
        assert_eq!(
            decide(&playbook, &situation).next_archetype,
            Some(Archetype::Bargainer),
            "the rule knows better"
        );
        situation.archetype = Archetype::Bargainer;
        assert_eq!(decide(&playbook, &situation).next_archetype, None, "nothing new");
        situation.state = ThreadState::Quoted;
        assert_eq!(decide(&playbook, &situation).next_state, None, "it is there already");
    }

    #[test]
    fn decisions_are_kept_as_json() {
        let playbook = Playbook::parse_toml(EXAMPLE).unwrap();
        let decision = decide(
            &playbook,
            &Situation {
                archetype: Archetype::Bargainer,
                state: ThreadState::Quoted,
                intent: Intent::Affirm,
                atoms: &Atoms::default(),
            },
        );
        let json = serde_json::to_value(&decision).unwrap();
        assert_eq!(json, serde_json::json!({"action": {"choose": ["⑤", "⑧"]}, "rule": "yes_of_a_bargainer"}));
        assert_eq!(serde_json::from_value::<crate::decision::Decision>(json).unwrap(), decision);
    }

    #[test]
    fn what_is_written_wrong_is_named_with_line_rule_and_field() {
        let rule = |fields: &str| format!("[[rule]]\nname = \"x\"\nintent = \"greeting\"\n{fields}");
        let cases = [
            (rule("reply = \"⑱\""), "line 8: template key must be one of ① to ⑰"),
            (
                rule("reply = \"①\"\nstate = \"sleeping\""),
                "line 9: unknown variant `sleeping`, expected one of `new`",
            ),
            (rule("reply = \"①\"\narchetype = [\"king\"]"), "line 9: unknown variant `king`"),
            (rule("reply = \"①\"\nwhen = { date = true }"), "line 9: unknown field `date`"),
            (rule("reply = \"①\"\nreplys = \"①\""), "line 9: unknown field `replys`"),
            (rule("hold = \"quiet_hours\""), "line 5, rule \"x\": hold may be one of human_takeover"),
            (rule("reply = \"①\"\nhold = \"no_workflow\""), "rule \"x\": reply stands beside another action"),
            (rule(""), "rule \"x\": reply is missing"),
            (rule("choose = [\"①\"]"), "rule \"x\": choose must list at least two"),
            (rule("choose = [\"①\", \"①\"]"), "none twice"),
            (rule("reply = \"①\"\nstate = []"), "rule \"x\": state must name at least one"),
            (
                "[[rule]]\nname = \"else\"\nintent = \"greeting\"\nreply = \"①\"".into(),
                "rule \"else\": name is used already by the rule in line 1",
            ),
            ("[[rule]]\nname = \" \"\nreply = \"①\"".into(), "name must be 1 to 64 bytes"),
            ("[[rule]\n".into(), "line 5: "),
            (rule("intent = \"thanks\"\nreply = \"①\""), "duplicate key"),
            (format!("#{}", "x".repeat(PLAYBOOK_MAX_BYTES)), "bytes long, at most"),
        ];
        for (text, wanted) in cases {
            let said = refused(&text);
            assert!(said.contains(wanted), "{said}");
        }
        let unknown =
            Playbook::parse_toml("[[rule]]\nname = \"x\"\nintent = \"grumble\"\nreply = \"①\"").unwrap_err();
        assert!(
            unknown.to_string().starts_with("line 3: unknown variant `grumble`, expected one of `greeting`"),
            "{unknown}"
        );
        let many = "[[rule]]\nname = \"x\"\nreply = \"①\"\n".repeat(PLAYBOOK_MAX_RULES + 1);
        assert!(Playbook::parse_toml(&many).unwrap_err().to_string().contains("at most 500"));
    }

    #[test]
    fn a_tie_a_hole_and_an_idle_rule_are_refused() {
        let tie = refused(
            "[[rule]]\nname = \"a\"\nintent = \"affirm\"\nreply = \"①\"\n\n[[rule]]\nname = \"b\"\nstate = \"new\"\nreply = \"②\"\n",
        );
        assert_eq!(
            tie,
            "line 10, rule \"b\": ties with rule \"a\" (line 5) for intent affirm, state new, archetype unknown, with no dates, \
             no party, no offer: both name 1 conditions, so neither wins; name one more condition in one of them"
        );
        let more_specific = "[[rule]]\nname = \"c\"\nintent = \"affirm\"\nstate = \"new\"\nreply = \"③\"\n";
        let settled = "[[rule]]\nname = \"a\"\nintent = \"affirm\"\nreply = \"①\"\n\n[[rule]]\nname = \"b\"\nstate = \"new\"\nreply = \"②\"\n\n";
        assert!(playbook(&format!("{settled}{more_specific}")).is_ok(), "a rule that names both settles it");

        let idle = refused(&format!(
            "{more_specific}\n[[rule]]\nname = \"d\"\nintent = \"affirm\"\nstate = \"new\"\nwhen = {{ dates = true }}\nreply = \"③\"\n\n[[rule]]\nname = \"e\"\nintent = \"affirm\"\nstate = \"new\"\nwhen = {{ dates = false }}\nreply = \"③\"\n"
        ));
        assert_eq!(
            idle,
            "line 5, rule \"c\": never decides: more specific rules take every situation it is for"
        );

        let hole =
            Playbook::parse_toml("[[rule]]\nname = \"x\"\nintent = \"greeting\"\nreply = \"①\"").unwrap_err();
        assert_eq!(
            hole.to_string(),
            "no rule for intent help_asked, state new, archetype unknown, with no dates, no party, no offer and 8639 more situations"
        );
    }

    #[test]
    fn the_hash_is_of_what_it_says() {
        let one = playbook("").unwrap().content_hash();
        let commented =
            Playbook::parse_toml("# a comment\n[[rule]]\nhold = \"no_workflow\"\nname = \"else\"").unwrap();
        assert_eq!(one, commented.content_hash());
        assert_ne!(one, Playbook::parse_toml(EXAMPLE).unwrap().content_hash());
    }
}
