//! `POST /v1/inbound`.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode},
};
use prospector_runtime::failpoint::{Point, hit};
use prospector_store::Ingested;

use super::{
    cloud_event,
    message::{Arrival, MessageBody},
    receipt::ReceiptBody,
};
use crate::{
    access::Caller,
    problem::{Code, Problem, ProblemBody},
    request::{TraceContext, media_type, parse_object, read_body},
    state::ApiState,
};

/// A body with the headers that say what it is.
pub(super) struct Posted {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl FromRequest<ApiState> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = read_body(&parts.headers, body, state.body_max_bytes()).await?;
        Ok(Self { headers: parts.headers, body })
    }
}

/// Hand in one message.
///
/// Once this is answered with 202 or 200, the message is safe and will be accounted for. The same message sent again
/// under the same `source` and `id` is answered the same and changes nothing. As a CloudEvent (structured, or binary
/// with `ce-` headers) the event's `source` and `id` are the identity and `type` is `prospector.inbound.v1`.
#[utoipa::path(post, path = "/v1/inbound", tag = "Enqueue",
    request_body(content(
        (MessageBody = "application/json"),
        (CloudEventSchema = "application/cloudevents+json"),
    )),
    responses(
        (status = 202, description = "Accepted.", body = ReceiptBody),
        (status = 200, description = "Known already; nothing changed.", body = ReceiptBody),
        (status = 409, description = "`id_reused`: the identity came with other content before.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn receive_inbound(
    State(state): State<ApiState>,
    caller: Caller,
    TraceContext(traceparent): TraceContext,
    posted: Posted,
) -> Result<(StatusCode, Json<ReceiptBody>), Problem> {
    let now = state.now();
    let arrival =
        Arrival { limits: state.inbound(), now, caller: caller.name(), traceparent: traceparent.as_deref() };
    let message = posted.read()?.check(&arrival)?;
    let ingested = state.store().ingest(now, &[message]).await?.pop();
    let receipt = match ingested {
        Some(Ingested::Accepted(receipt, hint)) => {
            hit(Point::ApiAfterIngest);
            state.committed(now, &[hint]);
            ReceiptBody::accepted(&receipt)
        }
        Some(Ingested::Repeated(receipt)) => ReceiptBody::repeated(&receipt),
        Some(Ingested::Conflict(refusal)) => return Err(refusal.into()),
        None => return Err(Problem::new(Code::Internal, "the request failed; the log says why")),
    };
    Ok((receipt.status(), Json(receipt)))
}

impl Posted {
    fn read(&self) -> Result<MessageBody, Problem> {
        match media_type(&self.headers).as_deref() {
            Some(cloud_event::STRUCTURED) => cloud_event::read_structured(&self.body),
            Some("application/json") if cloud_event::is_binary(&self.headers) => {
                cloud_event::read_binary(&self.headers, &self.body)
            }
            Some("application/json") => parse_object(&self.body),
            _ => {
                let detail = "the body must be application/json or application/cloudevents+json, in UTF-8";
                Err(Problem::new(Code::UnsupportedMediaType, detail))
            }
        }
    }
}

/// A CloudEvent 1.0 with a message in it.
#[derive(utoipa::ToSchema)]
#[schema(as = InboundCloudEvent, examples(json!({
    "specversion": "1.0",
    "type": "prospector.inbound.v1",
    "source": "/bridges/sms",
    "id": "SM-2041",
    "time": "2026-03-01T12:00:00Z",
    "data": {
        "thread": "conversation-77",
        "contact": "+15550100",
        "channel": "sms",
        "text": "Hello Quinn, is a double room free next weekend?"
    }
})))]
#[expect(dead_code, reason = "only describes the form; the event is read attribute by attribute")]
pub(super) struct CloudEventSchema {
    /// `1.0`.
    specversion: String,
    /// `prospector.inbound.v1`.
    #[schema(rename = "type")]
    kind: String,
    /// With `id` the identity of the message.
    source: String,
    /// With `source` the identity of the message.
    id: String,
    /// When the contact sent it, unless the message itself says so.
    #[schema(required = false)]
    time: String,
    /// The message; its `id` and `source` may be left out.
    data: MessageBody,
}
