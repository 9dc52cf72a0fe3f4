//! What travels through the queue.

use std::convert::Infallible;

use apalis_core::backend::codec::Codec;
use prospector_domain::id::JobId;
use uuid::Uuid;

/// A payload as a worker sees it. Reading one cannot fail, because a payload that fails to decode ends the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Look at this job.
    Job(JobId),
    /// Something that is no job's id: acknowledged, reported and forgotten.
    Unreadable,
}

/// Reads and writes a job id in its text form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HintCodec;

impl Codec<Hint> for HintCodec {
    type Error = Infallible;
    type Compact = Vec<u8>;

    fn encode(&self, hint: &Hint) -> Result<Vec<u8>, Infallible> {
        Ok(match hint {
            Hint::Job(id) => id.to_string().into_bytes(),
            Hint::Unreadable => Vec::new(),
        })
    }

    fn decode(&self, payload: &Vec<u8>) -> Result<Hint, Infallible> {
        Ok(Uuid::try_parse_ascii(payload).map_or(Hint::Unreadable, |id| Hint::Job(JobId(id))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_round_trips_and_rubbish_is_unreadable() {
        let job = Hint::Job("01920000-0000-7000-8000-00000000002a".parse().unwrap());
        assert_eq!(HintCodec.decode(&HintCodec.encode(&job).unwrap()), Ok(job));
        for rubbish in [&b""[..], b"42", b"null", b"{\"id\":1}", &[0xff; 36], &[0; 16]] {
            assert_eq!(HintCodec.decode(&rubbish.to_vec()), Ok(Hint::Unreadable));
        }
    }
}
