//! The decision itself, and the order of its questions.

use jiff::tz::TimeZone;

use super::rules::{AdmissionRules, OPT_OUT_CONFIRMATION_WINDOW_MS};
use crate::{hold::HoldReason, mode::Mode, template::TemplateKey, time::UnixMs};

/// What is known about a reply that wants to go out, as plain values.
#[derive(Debug, Clone)]
pub struct AdmissionContext<'a> {
    /// The business's rules.
    pub rules: &'a AdmissionRules,
    /// The mode in force for the thread; see [`Mode::effective`].
    pub mode: Mode,
    /// The thread's channel, such as `whatsapp`.
    pub channel: &'a str,
    /// The contact's IANA zone, when known.
    pub contact_zone: Option<&'a str>,
    /// Set while a human must answer the thread.
    pub sticky_hold: Option<HoldReason>,
    /// Since when the contact does not want to be messaged; none when they do not mind.
    pub opted_out_at_ms: Option<UnixMs>,
    /// When the contact last got the confirmation of an opt-out.
    pub opt_out_confirmed_at_ms: Option<UnixMs>,
    /// When the message came that is being answered.
    pub inbound_at_ms: UnixMs,
    /// When the contact last wrote in the thread; at least `inbound_at_ms`.
    pub last_inbound_at_ms: UnixMs,
    /// When messages went out to the contact, on any thread, in any order, back to [`AdmissionRules::looks_back_to`].
    pub outbound_at_ms: &'a [UnixMs],
    /// The reply's template key, once decided.
    pub template_key: Option<TemplateKey>,
    /// When the same text last went out on the thread (see [`super::same_text_hash`]); none before there is a body.
    pub same_text_at_ms: Option<UnixMs>,
}

/// Whether a reply may go out now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// Nothing forbids it.
    Admit,
    /// Something does.
    Hold {
        /// The most serious thing that does.
        reason: HoldReason,
        /// One sentence for the operator. Holds no text of the contact.
        detail: String,
        /// When it ends by itself; none means that a human, or a change of mode, ends it.
        release_at_ms: Option<UnixMs>,
    },
}

/// Decides whether a reply may go out at `now`.
///
/// When several things forbid it, the most serious one is named, in this order:
///
/// 1. the thread waits for a human (`safety`, `human_takeover`);
/// 2. the contact opted out (`opted_out`), save for one confirmation within
///    [`OPT_OUT_CONFIRMATION_WINDOW_MS`];
/// 3. the inbound is too old (`stale_inbound`): it only grows older;
/// 4. the channel has closed (`window_closed`): only the contact can open it;
/// 5. the mode is PAUSE (`paused`): ends with the mode;
/// 6. it is night where the contact lives (`quiet_hours`): ends in the morning;
/// 7. the contact got as many messages as allowed (`frequency_cap`): ends when the oldest leaves the window;
/// 8. the same text went out a moment ago (`duplicate`).
///
/// So a hold that ends by itself is named only when nothing worse would be left at its end.
#[must_use]
pub fn admit(context: &AdmissionContext<'_>, now: UnixMs) -> Admission {
    let questions = [
        waits_for_human,
        is_opted_out,
        is_stale,
        is_channel_closed,
        is_paused,
        is_night,
        is_frequency_capped,
        is_duplicate,
    ];
    let hold = questions.into_iter().find_map(|question| question(context, now));
    match hold {
        None => Admission::Admit,
        Some(Found { reason, detail, release_at_ms }) => Admission::Hold { reason, detail, release_at_ms },
    }
}

struct Found {
    reason: HoldReason,
    detail: String,
    release_at_ms: Option<UnixMs>,
}

impl Found {
    fn new(reason: HoldReason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), release_at_ms: None }
    }

    fn until(self, release_at_ms: UnixMs) -> Self {
        Self { release_at_ms: Some(release_at_ms), ..self }
    }
}

fn waits_for_human(context: &AdmissionContext<'_>, _now: UnixMs) -> Option<Found> {
    let reason = context.sticky_hold?;
    let detail = match reason {
        HoldReason::Safety => "the thread waits for a human since a safety signal",
        _ => "the thread is in human hands",
    };
    Some(Found::new(reason, detail))
}

fn is_opted_out(context: &AdmissionContext<'_>, now: UnixMs) -> Option<Found> {
    let opted_out_at = context.opted_out_at_ms?;
    let held = |detail: &str| Some(Found::new(HoldReason::OptedOut, detail));
    if context.template_key != Some(TemplateKey::OPT_OUT_CONFIRMATION) {
        return held("the contact asked not to be messaged");
    }
    if context.opt_out_confirmed_at_ms.is_some_and(|confirmed_at| confirmed_at >= opted_out_at) {
        return held("the opt-out was already confirmed, and only once is allowed");
    }
    if now.since(opted_out_at) > OPT_OUT_CONFIRMATION_WINDOW_MS {
        return held("an opt-out may be confirmed within 5 minutes only");
    }
    None
}

fn is_stale(context: &AdmissionContext<'_>, now: UnixMs) -> Option<Found> {
    let age_ms = now.since(context.inbound_at_ms);
    if age_ms <= context.rules.freshness_max_ms {
        return None;
    }
    let limit = spoken_duration(context.rules.freshness_max_ms);
    let detail =
        format!("the message is {} old, and after {limit} an answer would surprise", spoken_duration(age_ms));
    Some(Found::new(HoldReason::StaleInbound, detail))
}

fn is_channel_closed(context: &AdmissionContext<'_>, now: UnixMs) -> Option<Found> {
    let window_ms = *context.rules.channel_window_ms.get(context.channel)?;
    let closes_at = context.last_inbound_at_ms.plus_ms(window_ms);
    if now < closes_at {
        return None;
    }
    let detail = format!("channel {} closed at {closes_at}; the contact has to write first", context.channel);
    Some(Found::new(HoldReason::WindowClosed, detail))
}

fn is_paused(context: &AdmissionContext<'_>, _now: UnixMs) -> Option<Found> {
    (context.mode == Mode::Pause).then(|| Found::new(HoldReason::Paused, "the mode is PAUSE"))
}

fn is_night(context: &AdmissionContext<'_>, now: UnixMs) -> Option<Found> {
    let quiet_hours = context.rules.quiet_hours?;
    let known = context.contact_zone.and_then(|name| TimeZone::get(name).ok());
    let (zone, whose) = match known {
        Some(zone) => (zone, "the contact's zone"),
        None => (context.rules.default_zone.clone(), "the default zone, as the contact's is not known"),
    };
    let morning = quiet_hours.end_of_night(now, &zone)?;
    Some(Found::new(HoldReason::QuietHours, format!("it is night in {whose}")).until(morning))
}

fn is_frequency_capped(context: &AdmissionContext<'_>, now: UnixMs) -> Option<Found> {
    let cap = context.rules.frequency_cap?;
    let window_start = now.plus_ms(-cap.window_ms);
    let mut within: Vec<UnixMs> =
        context.outbound_at_ms.iter().copied().filter(|at| *at > window_start).collect();
    let max = usize::try_from(cap.max.max(1)).expect("u32 fits a usize on every platform we build for");
    if within.len() < max {
        return None;
    }
    // There is room again when fewer than `max` are left: when the max-th newest leaves the window.
    within.sort_unstable_by(|a, b| b.cmp(a));
    let release_at = within[max - 1].plus_ms(cap.window_ms);
    let detail = format!(
        "the contact got {} messages within {}, at most {} are allowed",
        within.len(),
        spoken_duration(cap.window_ms),
        cap.max
    );
    Some(Found::new(HoldReason::FrequencyCap, detail).until(release_at))
}

fn is_duplicate(context: &AdmissionContext<'_>, now: UnixMs) -> Option<Found> {
    let age_ms = now.since(context.same_text_at_ms?);
    if age_ms >= context.rules.duplicate_window_ms {
        return None;
    }
    let detail = format!("the same text went to this thread {} ago", spoken_duration(age_ms.max(0)));
    Some(Found::new(HoldReason::Duplicate, detail))
}

/// A duration in its largest whole unit: `59 s`, `90 min`, `23 h`, `3 days`.
fn spoken_duration(duration_ms: i64) -> String {
    let seconds = duration_ms / 1_000;
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        admission::FrequencyCap,
        quiet_hours::QuietHours,
        time::{DAY_MS, HOUR_MS, MINUTE_MS},
    };

    /// 12:00 UTC: 13:00 in Dublin, 5:00 in Los Angeles.
    const NOW: UnixMs = UnixMs(1_780_315_200_000);

    fn ago(duration_ms: i64) -> UnixMs {
        NOW.plus_ms(-duration_ms)
    }

    fn rules() -> AdmissionRules {
        AdmissionRules {
            quiet_hours: QuietHours::new("21:00".parse().unwrap(), "08:00".parse().unwrap()).ok(),
            frequency_cap: Some(FrequencyCap { max: 3, window_ms: DAY_MS }),
            ..AdmissionRules::default()
        }
    }

    /// A reply that nothing forbids.
    fn fine(rules: &AdmissionRules) -> AdmissionContext<'_> {
        AdmissionContext {
            rules,
            mode: Mode::Go,
            channel: "sms",
            contact_zone: Some("Europe/Dublin"),
            sticky_hold: None,
            opted_out_at_ms: None,
            opt_out_confirmed_at_ms: None,
            inbound_at_ms: ago(MINUTE_MS),
            last_inbound_at_ms: ago(MINUTE_MS),
            outbound_at_ms: &[],
            template_key: Some(TemplateKey::PRICE_QUOTE),
            same_text_at_ms: None,
        }
    }

    fn held(context: &AdmissionContext<'_>) -> Option<(HoldReason, Option<UnixMs>)> {
        match admit(context, NOW) {
            Admission::Admit => None,
            Admission::Hold { reason, release_at_ms, .. } => Some((reason, release_at_ms)),
        }
    }

    #[test]
    fn when_several_things_forbid_it_the_most_serious_is_named() {
        let rules = rules();
        let outbound = [ago(HOUR_MS), ago(2 * HOUR_MS), ago(3 * HOUR_MS)];
        let mut context = AdmissionContext {
            mode: Mode::Pause,
            channel: "whatsapp",
            contact_zone: Some("America/Los_Angeles"),
            sticky_hold: Some(HoldReason::Safety),
            opted_out_at_ms: Some(ago(HOUR_MS)),
            inbound_at_ms: ago(2 * DAY_MS),
            last_inbound_at_ms: ago(2 * DAY_MS),
            outbound_at_ms: &outbound,
            same_text_at_ms: Some(ago(MINUTE_MS)),
            ..fine(&rules)
        };
        type Cure = fn(&mut AdmissionContext<'_>);
        // Each cure uncovers the next reason.
        let cures: [(HoldReason, Cure); 9] = [
            (HoldReason::Safety, |c| c.sticky_hold = Some(HoldReason::HumanTakeover)),
            (HoldReason::HumanTakeover, |c| c.sticky_hold = None),
            (HoldReason::OptedOut, |c| c.opted_out_at_ms = None),
            (HoldReason::StaleInbound, |c| c.inbound_at_ms = ago(0)),
            (HoldReason::WindowClosed, |c| c.last_inbound_at_ms = ago(0)),
            (HoldReason::Paused, |c| c.mode = Mode::Draft),
            (HoldReason::QuietHours, |c| c.contact_zone = Some("Europe/Dublin")),
            (HoldReason::FrequencyCap, |c| c.outbound_at_ms = &[]),
            (HoldReason::Duplicate, |c| c.same_text_at_ms = None),
        ];
        for (reason, cure) in cures {
            assert_eq!(held(&context).map(|(reason, _)| reason), Some(reason));
            cure(&mut context);
        }
        assert_eq!(held(&context), None);
    }

    #[test]
    fn one_confirmation_of_an_opt_out_passes_within_five_minutes() {
        let rules = rules();
        let confirmation = AdmissionContext {
            opted_out_at_ms: Some(ago(5 * MINUTE_MS)),
            template_key: Some(TemplateKey::OPT_OUT_CONFIRMATION),
            ..fine(&rules)
        };
        assert_eq!(held(&confirmation), None);
        let opted_out = Some((HoldReason::OptedOut, None));
        let late = AdmissionContext { opted_out_at_ms: Some(ago(5 * MINUTE_MS + 1)), ..confirmation.clone() };
        assert_eq!(held(&late), opted_out);
        let twice =
            AdmissionContext { opt_out_confirmed_at_ms: Some(ago(MINUTE_MS)), ..confirmation.clone() };
        assert_eq!(held(&twice), opted_out);
        let anew = AdmissionContext { opt_out_confirmed_at_ms: Some(ago(DAY_MS)), ..confirmation.clone() };
        assert_eq!(held(&anew), None, "a second opt-out has a confirmation of its own");
        let other = AdmissionContext { template_key: Some(TemplateKey::GREETING), ..confirmation.clone() };
        assert_eq!(held(&other), opted_out);
        let undecided = AdmissionContext { template_key: None, ..confirmation };
        assert_eq!(held(&undecided), opted_out);
    }

    #[test]
    fn edges_of_freshness_and_channel_window() {
        let rules = rules();
        let fresh = AdmissionContext { inbound_at_ms: ago(DAY_MS), ..fine(&rules) };
        assert_eq!(held(&fresh), None);
        let stale = AdmissionContext { inbound_at_ms: ago(DAY_MS + 1), ..fine(&rules) };
        assert_eq!(held(&stale), Some((HoldReason::StaleInbound, None)));
        let from_the_future = AdmissionContext { inbound_at_ms: ago(-HOUR_MS), ..fine(&rules) };
        assert_eq!(held(&from_the_future), None);
        let whatsapp = AdmissionContext { channel: "whatsapp", ..fine(&rules) };
        let open = AdmissionContext { last_inbound_at_ms: ago(DAY_MS - 1), ..whatsapp.clone() };
        assert_eq!(held(&open), None);
        let closed = AdmissionContext { last_inbound_at_ms: ago(DAY_MS), ..whatsapp };
        assert_eq!(held(&closed), Some((HoldReason::WindowClosed, None)));
    }

    #[test]
    fn quiet_hours_end_in_the_morning_of_the_contacts_zone() {
        let rules = rules();
        let night = |zone| held(&AdmissionContext { contact_zone: zone, ..fine(&rules) });
        assert_eq!(night(Some("Europe/Dublin")), None);
        let morning = UnixMs::parse_rfc3339("2026-06-01T08:00:00-07:00").unwrap();
        assert_eq!(night(Some("America/Los_Angeles")), Some((HoldReason::QuietHours, Some(morning))));
        assert_eq!(night(None), None, "it is day in the default zone");
        let tokyo = AdmissionRules { default_zone: TimeZone::get("Asia/Tokyo").unwrap(), ..rules.clone() };
        let unknown = AdmissionContext { contact_zone: Some("Mars/Olympus"), ..fine(&tokyo) };
        let Admission::Hold { reason, detail, .. } = admit(&unknown, NOW) else {
            panic!("it is 21:00 in Tokyo")
        };
        assert_eq!(reason, HoldReason::QuietHours);
        assert!(detail.contains("the default zone"), "{detail}");
    }

    #[test]
    fn the_cap_ends_when_there_is_room_for_one_more() {
        let rules = rules();
        let capped =
            |outbound: &[UnixMs]| held(&AdmissionContext { outbound_at_ms: outbound, ..fine(&rules) });
        assert_eq!(capped(&[ago(1), ago(2)]), None);
        let three = [ago(3 * HOUR_MS), ago(HOUR_MS), ago(2 * HOUR_MS)];
        assert_eq!(capped(&three), Some((HoldReason::FrequencyCap, Some(ago(3 * HOUR_MS).plus_ms(DAY_MS)))));
        let five = [ago(9), ago(5), ago(6), ago(7), ago(8)];
        assert_eq!(
            capped(&five),
            Some((HoldReason::FrequencyCap, Some(ago(7).plus_ms(DAY_MS)))),
            "then two are left"
        );
        assert_eq!(capped(&[ago(1), ago(2), ago(DAY_MS)]), None, "the oldest has just left");
    }

    #[test]
    fn the_same_text_passes_after_its_window() {
        let rules = rules();
        let same = |age_ms| held(&AdmissionContext { same_text_at_ms: Some(ago(age_ms)), ..fine(&rules) });
        assert_eq!(same(HOUR_MS - 1), Some((HoldReason::Duplicate, None)));
        assert_eq!(same(HOUR_MS), None);
        let allowed = AdmissionRules { duplicate_window_ms: 0, ..rules.clone() };
        assert_eq!(held(&AdmissionContext { same_text_at_ms: Some(NOW), ..fine(&allowed) }), None);
    }

    #[test]
    fn details_are_sentences_without_text_of_the_contact() {
        let rules = rules();
        let detail = |context: &AdmissionContext<'_>| match admit(context, NOW) {
            Admission::Hold { detail, .. } => detail,
            Admission::Admit => panic!("must be held"),
        };
        let stale = AdmissionContext { inbound_at_ms: ago(3 * DAY_MS), ..fine(&rules) };
        assert_eq!(detail(&stale), "the message is 3 days old, and after 24 h an answer would surprise");
        let same = AdmissionContext { same_text_at_ms: Some(ago(90_000)), ..fine(&rules) };
        assert_eq!(detail(&same), "the same text went to this thread 90 s ago");
        let outbound = [ago(1), ago(2), ago(3)];
        let capped = AdmissionContext { outbound_at_ms: &outbound, ..fine(&rules) };
        assert_eq!(detail(&capped), "the contact got 3 messages within 24 h, at most 3 are allowed");
    }

    #[test]
    fn the_store_looks_back_as_far_as_any_question_does() {
        assert_eq!(rules().looks_back_to(NOW), ago(DAY_MS));
        let rules = AdmissionRules { frequency_cap: None, duplicate_window_ms: 0, ..rules() };
        assert_eq!(rules.looks_back_to(NOW), ago(OPT_OUT_CONFIRMATION_WINDOW_MS));
    }
}
