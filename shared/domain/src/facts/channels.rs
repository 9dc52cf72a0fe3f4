//! Ways to talk and meet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// The ways in which the business can be talked to. What is not said is not offered; text is, unless switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// Text messages. Default true.
    #[serde(default = "offered")]
    pub text: bool,
    /// Phone calls. Default false.
    #[serde(default)]
    pub call: bool,
    /// Video calls. Default false.
    #[serde(default)]
    pub video: bool,
    /// Meeting in person apart from the service itself. Default false.
    #[serde(default)]
    pub in_person: bool,
    /// E-mail. Default false.
    #[serde(default, skip_serializing_if = "is_not_offered")]
    pub email: bool,
    /// Apps a guest may be asked to write in, whatever the thread's own channel is. Default none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apps: Vec<App>,
}

const fn offered() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_not_offered(offered: &bool) -> bool {
    !*offered
}

impl Channels {
    /// Text and nothing else.
    pub const TEXT_ONLY: Self =
        Self { text: true, call: false, video: false, in_person: false, email: false, apps: Vec::new() };
}

impl Default for Channels {
    fn default() -> Self {
        Self::TEXT_ONLY
    }
}

/// An app for messages. Its text form is the name of the channel of a thread that is led there.
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
    JsonSchema,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum App {
    /// WhatsApp.
    WhatsApp,
    /// Telegram.
    Telegram,
    /// Signal.
    Signal,
    /// Instagram and its direct messages.
    Instagram,
    /// Facebook.
    Facebook,
    /// Facebook's Messenger.
    Messenger,
    /// Snapchat.
    Snapchat,
    /// Viber.
    Viber,
    /// WeChat.
    WeChat,
    /// LINE.
    Line,
    /// Discord.
    Discord,
    /// TikTok.
    TikTok,
    /// X, once Twitter.
    Twitter,
    /// LinkedIn.
    LinkedIn,
    /// Slack.
    Slack,
    /// Apple's iMessage.
    IMessage,
    /// Threema.
    Threema,
    /// KakaoTalk.
    KakaoTalk,
    /// Zalo.
    Zalo,
    /// Kik.
    Kik,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_default_to_text_alone() {
        assert_eq!(serde_json::from_str::<Channels>("{}").unwrap(), Channels::TEXT_ONLY);
        assert!(serde_json::from_str::<Channels>(r#"{"fax": true}"#).is_err());
    }

    #[test]
    fn what_is_not_offered_besides_leaves_the_written_form_as_it_was() {
        let written = serde_json::to_string(&Channels::TEXT_ONLY).unwrap();
        assert_eq!(written, r#"{"text":true,"call":false,"video":false,"in_person":false}"#);
        let more: Channels = serde_json::from_str(r#"{"email": true, "apps": ["whatsapp"]}"#).unwrap();
        assert_eq!(more, Channels { email: true, apps: vec![App::WhatsApp], ..Channels::TEXT_ONLY });
        assert_eq!(serde_json::from_str::<Channels>(&serde_json::to_string(&more).unwrap()).unwrap(), more);
    }

    #[test]
    fn an_app_is_named_like_a_channel() {
        for app in App::VARIANTS {
            assert_eq!(app.to_string().parse::<App>().unwrap(), *app);
            assert_eq!(serde_json::to_value(app).unwrap(), app.to_string());
        }
    }
}
