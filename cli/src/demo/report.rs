//! What became of every message, as a table for people and as one JSON object for programs.

use std::collections::BTreeMap;

use comfy_table::CellAlignment;
use prospector_domain::{
    candidate::{CandidateState, Hold},
    intent::Intent,
    template::TemplateKey,
};
use serde::Serialize;

use crate::output;

/// What became of one message.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) thread: String,
    pub(crate) intent: Option<Intent>,
    pub(crate) template_key: Option<TemplateKey>,
    pub(crate) state: CandidateState,
    pub(crate) hold: Option<Hold>,
    /// From acceptance to rest, in milliseconds.
    pub(crate) took_ms: Option<i64>,
}

/// The totals. Field names are part of the command's interface.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Totals {
    /// Messages fed.
    pub(crate) inbound: usize,
    /// Of these, accepted as new.
    pub(crate) accepted: usize,
    /// Candidates that a newer message of the thread took the place of.
    pub(crate) superseded: usize,
    /// Replies the sink took.
    pub(crate) sent: usize,
    /// Clean drafts that wait for a human.
    pub(crate) pending_review: usize,
    /// Candidates that wait for a reason.
    pub(crate) held: usize,
    /// The same by reason.
    pub(crate) held_by_reason: BTreeMap<String, usize>,
    /// Accepted messages that came to no rest. Must be 0.
    pub(crate) lost: usize,
    /// Replies the sink got under a second id. Must be 0.
    pub(crate) duplicates: usize,
    /// How long the run took.
    pub(crate) seconds: f64,
}

impl Totals {
    /// Counts `rows`; what does not depend on them is given.
    pub(crate) fn of(rows: &[Row], inbound: usize, duplicates: usize, seconds: f64) -> Self {
        let count = |state| rows.iter().filter(|row| row.state == state).count();
        let mut held_by_reason = BTreeMap::new();
        for hold in rows.iter().filter_map(|row| row.hold.as_ref()) {
            *held_by_reason.entry(hold.reason.to_string()).or_insert(0) += 1;
        }
        Self {
            inbound,
            accepted: rows.len(),
            superseded: count(CandidateState::Superseded),
            sent: count(CandidateState::Sent),
            pending_review: count(CandidateState::PendingReview),
            held: count(CandidateState::Held),
            held_by_reason,
            lost: rows.iter().filter(|row| !row.state.is_settled()).count(),
            duplicates,
            seconds: (seconds * 1_000.0).round() / 1_000.0,
        }
    }

    /// True when everything accepted is accounted for, once.
    pub(crate) const fn is_clean(&self) -> bool {
        self.lost == 0 && self.duplicates == 0
    }

    /// The last line for people.
    pub(crate) fn line(&self) -> String {
        let by_reason: Vec<String> =
            self.held_by_reason.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
        let by_reason =
            if by_reason.is_empty() { String::new() } else { format!(" ({})", by_reason.join(", ")) };
        format!(
            "{} messages, {} accepted: {} sent, {} waiting for review, {} held{by_reason}, {} superseded by a newer \
             message, {} lost, {} duplicates, in {:.1} s",
            self.inbound,
            self.accepted,
            self.sent,
            self.pending_review,
            self.held,
            self.superseded,
            self.lost,
            self.duplicates,
            self.seconds
        )
    }
}

/// The table, one line a message.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = output::new_table(&["thread", "intent", "template", "outcome", "hold reason", "time"]);
    for row in rows {
        table.add_row([
            row.thread.clone(),
            row.intent.map_or_else(|| "-".to_owned(), |intent| intent.to_string()),
            row.template_key.map_or_else(|| "-".to_owned(), |key| key.to_string()),
            row.state.to_string(),
            row.hold.as_ref().map_or_else(|| "-".to_owned(), |hold| hold.reason.to_string()),
            row.took_ms.map_or_else(|| "-".to_owned(), |took_ms| format!("{took_ms} ms")),
        ]);
    }
    if let Some(column) = table.column_mut(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use prospector_domain::hold::HoldReason;

    use super::*;

    fn row(state: CandidateState, hold: Option<HoldReason>) -> Row {
        Row {
            thread: "anna".into(),
            intent: Some(Intent::PriceAsked),
            template_key: None,
            state,
            hold: hold.map(|reason| Hold::new(reason, "why")),
            took_ms: Some(12),
        }
    }

    #[test]
    fn totals_account_for_every_message_and_keep_their_field_names() {
        let rows = [
            row(CandidateState::Sent, None),
            row(CandidateState::PendingReview, None),
            row(CandidateState::Held, Some(HoldReason::Safety)),
            row(CandidateState::Superseded, None),
            row(CandidateState::Drafting, None),
        ];
        let totals = Totals::of(&rows, 6, 0, 1.234_56);
        assert!(!totals.is_clean());
        insta::assert_json_snapshot!(totals);
        insta::assert_snapshot!(totals.line());
        insta::assert_snapshot!(table(&rows));
    }
}
