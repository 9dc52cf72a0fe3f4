//! What the gate says about a draft: verdict, violations, mentions. The JSON form is read by people and by programs.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::code::{Conflict, ViolationCode};
use crate::{
    candidate::Hold,
    facts::Unit,
    hold::HoldReason,
    money::{Currency, json_number},
    text::Span,
};

/// What the gate found in one draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// True when nothing is wrong: `violations` is empty.
    pub ok: bool,
    /// What is wrong, in order of appearance.
    pub violations: Vec<Violation>,
    /// What the draft speaks of that facts could license, in order of appearance, licensed or not.
    pub mentions: Vec<Mention>,
}

impl Verdict {
    pub(crate) fn new(mut violations: Vec<Violation>, mut mentions: Vec<Mention>) -> Self {
        violations.sort_by_key(|violation| (violation.span, violation.code));
        violations.dedup();
        mentions.sort_by_key(|mention| (mention.span, mention.kind));
        Self { ok: violations.is_empty(), violations, mentions }
    }

    /// The hold that the violations ask for; none when the draft is clean.
    ///
    /// A contradiction of the facts comes before a breach of policy, and that before a body nobody could use.
    #[must_use]
    pub fn hold(&self) -> Option<Hold> {
        let rank = |reason: HoldReason| match reason {
            HoldReason::SpecConflict => 0,
            HoldReason::PolicyConflict => 1,
            _ => 2,
        };
        let worst = self.violations.iter().min_by_key(|violation| rank(violation.hold_reason()))?;
        Some(Hold::new(worst.hold_reason(), worst.detail()))
    }
}

/// One thing that is wrong with a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// What is wrong.
    pub code: ViolationCode,
    /// Whether it contradicts the facts or breaks policy; follows from the code.
    pub reason: Conflict,
    /// Where, in the draft as it was given.
    #[serde(flatten)]
    pub span: Span,
    /// The words there.
    pub text: String,
    /// The fact it contradicts: path and content, such as `rates[0]: double room €80 per night`.
    pub fact: Option<String>,
}

impl Violation {
    /// The reason for which a candidate with this violation is held.
    #[must_use]
    pub const fn hold_reason(&self) -> HoldReason {
        self.code.hold_reason()
    }

    /// One sentence for the operator: the code, and the fact when there is one. Holds no text of the draft.
    #[must_use]
    pub fn detail(&self) -> String {
        match &self.fact {
            Some(fact) => format!("{}; the facts say: {fact}", self.code),
            None => self.code.to_string(),
        }
    }
}

/// Something that a draft speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// What it is.
    pub kind: MentionKind,
    /// Where, in the draft as it was given.
    #[serde(flatten)]
    pub span: Span,
    /// The words there.
    pub text: String,
    /// Its number, when it has exactly one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "json_number::one")]
    pub value: Option<Decimal>,
    /// Its numbers, when it has several, such as the ends of a range.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "json_number::several")]
    pub values: Vec<Decimal>,
    /// Its currency, when it is money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// How exact it is, when it is money and no single amount: `range`, `from`, `up_to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The unit it is charged for, when it is money and one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

/// What a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionKind {
    /// An amount of money.
    Money,
    /// A share in percent.
    Percentage,
    /// A town, region, country or address.
    Place,
    /// A day or a span of days.
    Date,
    /// A way of talking: a call, a video call, a visit, another app.
    Channel,
    /// A telephone number, e-mail address, link, handle or bank account.
    Contact,
    /// A way or a time of paying.
    Payment,
    /// Something that is sold, or never offered.
    Service,
}
