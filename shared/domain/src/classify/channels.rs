//! Which other channel a message asks for. Whether it asks at all is decided by the intent rules.

use super::{atoms::ChannelKind, rules::Hit};

/// The channel that a fired rule is about.
pub(crate) fn kind_of(hit: &Hit) -> Option<ChannelKind> {
    match hit.rule.name {
        "channel.call" => Some(ChannelKind::Call),
        "channel.video" => Some(ChannelKind::Video),
        "channel.visit" => Some(ChannelKind::Visit),
        "channel.app" => Some(ChannelKind::OtherApp),
        _ => None,
    }
}
