//! Reading a body within its bounds.

use std::{error::Error, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::problem::{Code, Problem};

/// Longest time a body may take to arrive. A megabyte over a bad telephone line fits; a caller who drips bytes to keep a
/// connection busy does not.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads a whole body of at most `max_bytes`.
pub(crate) async fn read_body(headers: &HeaderMap, body: Body, max_bytes: usize) -> Result<Bytes, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > max_bytes) {
        return Err(too_large(max_bytes));
    }
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, max_bytes).collect()).await;
    match collected {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if is_length_limit(&*error) => Err(too_large(max_bytes)),
        Ok(Err(_)) => Err(Problem::new(Code::MalformedBody, "the body broke off or is badly framed")),
        Err(_) => {
            let detail = format!("the body did not arrive within {} s", BODY_TIMEOUT.as_secs());
            Err(Problem::new(Code::BodyTimeout, detail))
        }
    }
}

fn too_large(max_bytes: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("a body may have at most {max_bytes} bytes"))
}

fn is_length_limit(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use futures::stream;

    use super::*;

    async fn code(headers: &HeaderMap, body: Body) -> Code {
        read_body(headers, body, 4).await.unwrap_err().code()
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_bound() {
        let none = HeaderMap::new();
        assert_eq!(read_body(&none, Body::from("1234"), 4).await.unwrap(), "1234");
        assert_eq!(code(&none, Body::from("12345")).await, Code::BodyTooLarge);
        let announced = HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static("5"))]);
        // Refused before a byte is read: this body would never come.
        let silent = || Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(code(&announced, silent()).await, Code::BodyTooLarge);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_or_breaks_off_is_given_up() {
        let none = HeaderMap::new();
        let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(code(&none, silent).await, Code::BodyTimeout);
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))]));
        assert_eq!(code(&none, broken).await, Code::MalformedBody);
    }
}
