//! What every handler works with: the store, the time, and the business's settings in the terms of the domain.

use std::sync::Arc;

use ai_harness::task::Registry;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use prospector_domain::{
    admission::{AdmissionRules, FrequencyCap},
    engine::EngineId,
    facts::Facts,
    job::Job,
    quiet_hours::QuietHours,
    source::{Clock, IdSource},
    time::{SECOND_MS, UnixMs},
};
use prospector_runtime::config::PipelineSettings;
use prospector_store::{Outcome, Store, StoreError};

use crate::engine::{Asker, CallLog, Endpoints, LOOK_AGAIN_MS, wait_for};

/// Shared by all handlers of a worker.
pub(crate) struct Tools {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    /// When messages may go out.
    pub(crate) admission: AdmissionRules,
    /// How long a message can be undone in mode GO, in milliseconds.
    pub(crate) undo_window_ms: i64,
    /// Whether a model looks at what a model wrote and the gate passed.
    pub(crate) judges: bool,
    /// Where the engine in force answers.
    pub(crate) endpoints: Arc<Endpoints>,
    /// What a model can be asked.
    pub(crate) tasks: Registry,
    pub(crate) ids: Arc<dyn IdSource>,
}

impl Tools {
    /// The outcome of a job that has to wait until `engine` serves; none when it does, and the job is counted as its work.
    ///
    /// A job is parked once before it asks anything, even when a machine is ready: only then does its row say that it
    /// needs one, which is how the scheduler knows that the machine is busy.
    pub(crate) async fn wait_for_engine(
        &self,
        job: &Job,
        engine: &EngineId,
    ) -> Result<Option<Outcome>, StoreError> {
        if job.engine.as_ref() != Some(engine) {
            return Ok(Some(wait_for(engine, 0)));
        }
        Ok((!self.endpoints.serves(engine).await?).then(|| wait_for(engine, LOOK_AGAIN_MS)))
    }

    /// Asks `engine` on behalf of a job.
    pub(crate) fn asker<'a>(&'a self, job: &'a Job, engine: &'a EngineId, log: &'a CallLog) -> Asker<'a> {
        Asker {
            endpoints: &self.endpoints,
            tasks: &self.tasks,
            engine,
            job,
            log,
            clock: self.clock.as_ref(),
            ids: self.ids.as_ref(),
        }
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.clock.now()
    }

    /// The business's own zone, or the one an installation falls back on.
    pub(crate) fn zone_of(&self, facts: &Facts) -> TimeZone {
        let own = facts.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        own.unwrap_or_else(|| self.admission.default_zone.clone())
    }

    /// The day it is for the business.
    pub(crate) fn today(&self, facts: &Facts) -> Option<Date> {
        let now = Timestamp::from_millisecond(self.now().0).ok()?;
        Some(self.zone_of(facts).to_datetime(now).date())
    }
}

/// When messages may go out, in the terms of the domain.
pub(crate) fn admission_rules(pipeline: &PipelineSettings) -> AdmissionRules {
    let windows = pipeline.channel_window_s.iter();
    AdmissionRules {
        freshness_max_ms: pipeline.freshness_max_s * SECOND_MS,
        channel_window_ms: windows.map(|(channel, s)| (channel.clone(), s * SECOND_MS)).collect(),
        // Equal times are refused where settings are read.
        quiet_hours: pipeline.quiet_hours.and_then(|night| QuietHours::new(night.start, night.end).ok()),
        default_zone: pipeline.default_zone.rules().clone(),
        frequency_cap: pipeline
            .frequency_cap
            .map(|cap| FrequencyCap { max: cap.max, window_ms: cap.window_s * SECOND_MS }),
        duplicate_window_ms: pipeline.duplicate_window_s * SECOND_MS,
    }
}

#[cfg(test)]
mod tests {
    use prospector_domain::time::{DAY_MS, HOUR_MS};
    use prospector_runtime::config::Config;

    use super::*;

    #[test]
    fn settings_in_seconds_become_rules_in_milliseconds() {
        let text = "
            [pipeline]
            freshness_max_s = 7200
            duplicate_window_s = 60
            default_zone = 'Europe/Lisbon'
            quiet_hours = { start = '21:00', end = '08:00' }
            frequency_cap = { max = 3, window_s = 86400 }
        ";
        let rules = admission_rules(&Config::parse_toml(text).unwrap().pipeline);
        assert_eq!((rules.freshness_max_ms, rules.duplicate_window_ms), (2 * HOUR_MS, 60_000));
        assert_eq!(rules.frequency_cap, Some(FrequencyCap { max: 3, window_ms: DAY_MS }));
        assert_eq!(rules.channel_window_ms.get("whatsapp"), Some(&DAY_MS));
        assert_eq!(rules.default_zone, TimeZone::get("Europe/Lisbon").unwrap());
        assert!(rules.quiet_hours.is_some());
    }

    #[test]
    fn the_defaults_agree_with_those_of_the_domain() {
        assert_eq!(admission_rules(&PipelineSettings::default()), AdmissionRules::default());
    }
}
