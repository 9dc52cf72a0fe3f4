//! The life of a machine that serves a model, and what each part of its time was spent on.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Where a machine stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
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
pub enum NodePhase {
    /// Wanted. It may exist already, when the answer to the request for it was lost.
    Intent,
    /// It exists, and its server does not answer yet.
    Booting,
    /// Its server answers; a real completion has not succeeded yet.
    Warming,
    /// It serves.
    Ready,
    /// It finishes the calls it has and gets no new ones.
    Draining,
    /// It is to be destroyed, as often as that takes.
    Destroying,
    /// The provider has it no more.
    Gone,
}

/// A move that a machine's life does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a node that is {from} cannot become {to}")]
pub struct IllegalMove {
    /// Where it stands.
    pub from: NodePhase,
    /// Where it was to go.
    pub to: NodePhase,
}

impl NodePhase {
    /// True until the provider has it no more: it may cost money.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Gone)
    }

    /// True while it comes up: counted on, and not serving yet.
    #[must_use]
    pub const fn is_coming(self) -> bool {
        matches!(self, Self::Intent | Self::Booting | Self::Warming)
    }
}

/// Checks that a machine may go from one phase to another: forward step by step, and from anywhere to its end. The only
/// way back is from draining: a machine that is paid for serves again when work comes while it drains. Only the
/// adoption of a machine that turns up again is outside of this.
///
/// # Errors
/// [`IllegalMove`]; the caller must then change nothing.
pub const fn check_move(from: NodePhase, to: NodePhase) -> Result<(), IllegalMove> {
    use NodePhase as P;
    match (from, to) {
        (P::Intent, P::Booting)
        | (P::Booting, P::Warming)
        | (P::Warming | P::Draining, P::Ready)
        | (P::Ready, P::Draining)
        | (P::Intent | P::Booting | P::Warming | P::Ready | P::Draining, P::Destroying)
        // Never created, or vanished by itself.
        | (P::Intent | P::Booting | P::Warming | P::Ready | P::Draining | P::Destroying, P::Gone) => Ok(()),
        _ => Err(IllegalMove { from, to }),
    }
}

/// What a stretch of a machine's time was spent on.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
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
pub enum CostPhase {
    /// Coming up.
    Boot,
    /// Loading the model.
    Warm,
    /// Answering at least one call.
    Busy,
    /// Ready, and asked nothing.
    Idle,
    /// Finishing, and being destroyed.
    Drain,
    /// Billed without anybody wanting it.
    Leaked,
}

/// The key of a machine's server. It prints as `***`; only [`NodeKey::expose`] gives it away.
#[derive(Clone, PartialEq, Eq)]
pub struct NodeKey(String);

impl NodeKey {
    /// Wraps a key.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one who calls the server.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for from in NodePhase::VARIANTS {
            let next: Vec<String> = NodePhase::VARIANTS
                .iter()
                .filter(|to| check_move(*from, **to).is_ok())
                .map(ToString::to_string)
                .collect();
            table.push_str(&format!("{from} -> {}\n", next.join(", ")));
        }
        let expected = "\
intent -> booting, destroying, gone
booting -> warming, destroying, gone
warming -> ready, destroying, gone
ready -> draining, destroying, gone
draining -> ready, destroying, gone
destroying -> gone
gone -> 
";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_life_goes_back_only_from_draining_and_every_phase_can_end() {
        for from in NodePhase::VARIANTS {
            for to in NodePhase::VARIANTS {
                let serves_again = (*from, *to) == (NodePhase::Draining, NodePhase::Ready);
                assert!(check_move(*from, *to).is_err() || from < to || serves_again, "{from} -> {to}");
            }
            assert_eq!(check_move(*from, NodePhase::Gone).is_ok(), from.is_live());
            assert!(from.is_live() || !from.is_coming());
        }
        let illegal = check_move(NodePhase::Gone, NodePhase::Ready).unwrap_err();
        assert_eq!(illegal.to_string(), "a node that is gone cannot become ready");
    }

    #[test]
    fn text_forms_are_the_same_in_json_and_sql() {
        for phase in NodePhase::VARIANTS {
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.to_string());
            assert_eq!(phase.to_string().parse::<NodePhase>().unwrap(), *phase);
        }
        for phase in CostPhase::VARIANTS {
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.to_string());
            assert_eq!(phase.to_string().parse::<CostPhase>().unwrap(), *phase);
        }
    }

    #[test]
    fn a_key_does_not_print() {
        assert_eq!(format!("{:?}", NodeKey::new("s3cret")), "***");
        assert_eq!(NodeKey::new("s3cret").expose(), "s3cret");
    }
}
