//! `POST /v1/inbound/batch`.

use axum::{Json, extract::State};
use prospector_runtime::failpoint::{Point, hit};
use prospector_store::{InboundMessage, Ingested};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    cloud_event,
    message::{Arrival, MessageBody},
    receipt::ReceiptBody,
    receive::{CloudEventSchema, Posted},
};
use crate::{
    access::Caller,
    problem::{Code, Problem, ProblemBody},
    request::{TraceContext, media_type, parse_json, parse_object},
    state::ApiState,
};

/// What became of each message of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchResult {
    /// How many were accepted.
    #[schema(examples(2))]
    accepted: usize,
    /// How many were known already.
    #[schema(examples(0))]
    repeated: usize,
    /// How many were turned down.
    #[schema(examples(1))]
    refused: usize,
    /// Each message, in the order of the request.
    items: Vec<BatchItem>,
}

/// What became of one message of a batch.
#[derive(Debug, Serialize, ToSchema)]
struct BatchItem {
    /// Its position in the request, from 0.
    #[schema(examples(0))]
    index: usize,
    /// The status it would have got alone: 202, 200, or that of its problem.
    #[schema(examples(202))]
    status: u16,
    /// Where it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptBody>,
    /// Why it was turned down.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Hand in many messages.
///
/// Each is taken or turned down by itself; the good ones are taken in one transaction. The limit is
/// `api.inbound.batch_max_items`. A CloudEvents batch is taken as well.
#[utoipa::path(post, path = "/v1/inbound/batch", tag = "Enqueue",
    request_body(content(
        (Vec<MessageBody> = "application/json"),
        (Vec<CloudEventSchema> = "application/cloudevents-batch+json"),
    )),
    responses((status = 200, description = "Each message was dealt with; see `items`.", body = BatchResult)))]
pub(super) async fn receive_inbound_batch(
    State(state): State<ApiState>,
    caller: Caller,
    TraceContext(traceparent): TraceContext,
    posted: Posted,
) -> Result<Json<BatchResult>, Problem> {
    let now = state.now();
    let arrival =
        Arrival { limits: state.inbound(), now, caller: caller.name(), traceparent: traceparent.as_deref() };
    let (good, mut items) = sort(posted.read_items(state.inbound().batch_max_items)?, &arrival);
    let (indices, messages): (Vec<usize>, Vec<InboundMessage>) = good.into_iter().unzip();
    let mut hints = Vec::new();
    if !messages.is_empty() {
        let ingested = state.store().ingest(now, &messages).await?;
        for (index, ingested) in indices.into_iter().zip(ingested) {
            items.push(match ingested {
                Ingested::Accepted(receipt, hint) => {
                    hints.push(hint);
                    BatchItem::taken(index, ReceiptBody::accepted(&receipt))
                }
                Ingested::Repeated(receipt) => BatchItem::taken(index, ReceiptBody::repeated(&receipt)),
                Ingested::Conflict(refusal) => BatchItem::refused(index, refusal.into()),
            });
        }
    }
    hit(Point::ApiAfterIngest);
    state.committed(now, &hints);
    items.sort_by_key(|item| item.index);
    Ok(Json(BatchResult::of(items)))
}

impl Posted {
    /// The items of a batch, each read by itself.
    fn read_items(&self, items_max: usize) -> Result<Vec<Result<MessageBody, Problem>>, Problem> {
        let read: fn(&[u8]) -> Result<MessageBody, Problem> = match media_type(&self.headers).as_deref() {
            Some(cloud_event::BATCH) => cloud_event::read_structured,
            Some("application/json") => parse_object,
            _ => {
                let detail =
                    "the body must be application/json or application/cloudevents-batch+json, in UTF-8";
                return Err(Problem::new(Code::UnsupportedMediaType, detail));
            }
        };
        let items: Vec<Box<RawValue>> = parse_json(&self.body)?;
        if items.is_empty() || items.len() > items_max {
            let detail = format!("a batch has 1 to {items_max} items, this one has {}", items.len());
            return Err(Problem::new(Code::TooManyItems, detail));
        }
        Ok(items.iter().map(|item| read(item.get().as_bytes())).collect())
    }
}

/// Parts the good messages, with their positions, from the answers to the others.
fn sort(
    read: Vec<Result<MessageBody, Problem>>,
    arrival: &Arrival<'_>,
) -> (Vec<(usize, InboundMessage)>, Vec<BatchItem>) {
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for (index, message) in read.into_iter().enumerate() {
        match message.and_then(|message| message.check(arrival)) {
            Ok(message) => good.push((index, message)),
            Err(problem) => refused.push(BatchItem::refused(index, problem)),
        }
    }
    (good, refused)
}

impl BatchItem {
    fn taken(index: usize, receipt: ReceiptBody) -> Self {
        Self { index, status: receipt.status().as_u16(), receipt: Some(receipt), problem: None }
    }

    fn refused(index: usize, problem: Problem) -> Self {
        let status = problem.status().as_u16();
        Self { index, status, receipt: None, problem: Some(problem.body()) }
    }
}

impl BatchResult {
    fn of(items: Vec<BatchItem>) -> Self {
        let repeated =
            items.iter().filter(|item| item.receipt.as_ref().is_some_and(ReceiptBody::is_repeated)).count();
        let refused = items.iter().filter(|item| item.problem.is_some()).count();
        Self { accepted: items.len() - repeated - refused, repeated, refused, items }
    }
}
