//! Jobs that do nothing.

use prospector_domain::job::Job;
use prospector_store::Outcome;
use serde_json::Value;

use crate::{
    engine::CallLog,
    execute::{Handled, Handler},
    failure::HandlerError,
};

/// Does nothing, through the same store and queue as everything else.
pub(crate) struct ProbeHandler;

impl Handler for ProbeHandler {
    async fn handle(&self, _job: &Job, _log: &CallLog) -> Result<Handled, HandlerError> {
        Ok(Handled::Outcome(Outcome::Done(Value::Null)))
    }
}
