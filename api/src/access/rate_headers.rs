//! What a caller is told about its rate: `RateLimit-Policy` and `RateLimit` of the IETF's draft, as structured fields.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::rate::{Quota, Turn};
use crate::problem::{Code, Problem};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Writes what is left into the headers of an answer.
pub(crate) fn write(headers: &mut HeaderMap, quota: Quota, turn: Turn) {
    let (remaining, next_s) = match turn {
        Turn::Go { remaining, full_in } => (remaining, seconds(full_in)),
        Turn::Wait { wait } => (0, seconds(wait)),
    };
    // The window is the time in which an empty bucket fills.
    let window_s = quota.burst.div_ceil(quota.rate_per_s.max(1)).max(1);
    insert(headers, POLICY, format!("\"key\";q={};w={window_s}", quota.burst));
    insert(headers, LIMIT, format!("\"key\";r={remaining};t={next_s}"));
}

/// The problem of a caller that asked too often.
pub(crate) fn too_often(quota: Quota, wait: Duration) -> Problem {
    let detail = format!(
        "this key may ask {} times a second, and {} times at once after a pause",
        quota.rate_per_s, quota.burst
    );
    Problem::new(Code::RateLimited, detail).retry_after(seconds(wait))
}

/// Whole seconds, rounded up: waiting a little too long is right, waiting too short is not.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: String) {
    let value = HeaderValue::try_from(value).expect("digits and ASCII signs are a header value");
    headers.insert(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { rate_per_s: 100, burst: 250 };

    #[test]
    fn the_headers_say_what_is_left_and_when_more_comes() {
        let mut headers = HeaderMap::new();
        write(&mut headers, QUOTA, Turn::Go { remaining: 249, full_in: Duration::from_millis(10) });
        assert_eq!(headers["ratelimit-policy"], "\"key\";q=250;w=3");
        assert_eq!(headers["ratelimit"], "\"key\";r=249;t=1");
        write(&mut headers, QUOTA, Turn::Wait { wait: Duration::from_secs(2) });
        assert_eq!(headers["ratelimit"], "\"key\";r=0;t=2");
    }
}
