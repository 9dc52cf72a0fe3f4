//! The ledger of who does not want to be messaged.

use axum::{Json, extract::State, http::StatusCode};
use prospector_domain::acceptable;
use prospector_store::ConsentEntry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Caller,
    inbound::unacceptable,
    problem::{Code, Problem},
    request::{Cursor, JsonBody, Limit, Page, Params},
    state::ApiState,
};

/// Which entries.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OptOutQuery {
    /// Only what this contact said; without a cursor.
    contact: Option<String>,
    /// Items on a page. Default 50.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// One entry of the ledger. The newest of a contact counts, on every channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OptOut, examples(json!({
    "seq": 12,
    "contact": "+15550100",
    "channel": "sms",
    "opted_out": true,
    "recorded_by": "contact",
    "message_id": "019ca945-0a00-7000-8000-000000000002",
    "at_ms": 1_772_366_400_000_i64
})))]
pub(super) struct OptOutView {
    /// Its number; rises.
    seq: i64,
    /// The contact's address.
    contact: String,
    /// The channel on which it was said.
    channel: String,
    /// True when the contact does not want to be messaged; false when they want it again.
    opted_out: bool,
    /// Who wrote it: `contact`, or an operator.
    recorded_by: String,
    /// The message that said so.
    #[schema(value_type = Option<uuid::Uuid>)]
    message_id: Option<String>,
    /// When.
    at_ms: i64,
}

/// What a contact said by other means.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"contact": "+15550100", "channel": "sms", "opted_out": true})))]
pub(super) struct OptOutBody {
    /// The contact's address.
    #[schema(min_length = 1, max_length = 320)]
    contact: String,
    /// The channel.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$")]
    channel: String,
    /// True when they do not want to be messaged; false when they want it again.
    opted_out: bool,
}

/// List the opt-out ledger.
#[utoipa::path(get, path = "/v1/opt-outs", tag = "Operation", params(OptOutQuery),
    responses((status = 200, body = Page<OptOutView>)))]
pub(super) async fn list_opt_outs(
    State(state): State<ApiState>,
    Params(query): Params<OptOutQuery>,
) -> Result<Json<Page<OptOutView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.key::<i64>()).transpose()?;
    let Some(contact) = query.contact else {
        let entries = state.store().consent_ledger(before, query.limit.to_read()).await?;
        return Ok(Json(Page::of(entries, query.limit, |entry| entry.seq, OptOutView::from)));
    };
    if before.is_some() {
        let detail = "cannot be given together with contact";
        return Err(Problem::field(Code::InvalidQuery, "cursor", detail));
    }
    let entries = state.store().consent_history(&contact, query.limit.get()).await?;
    Ok(Json(Page::of(entries, query.limit, |entry| entry.seq, OptOutView::from)))
}

/// Write into the opt-out ledger.
///
/// Nothing goes out to somebody who opted out from the moment this is answered.
#[utoipa::path(post, path = "/v1/opt-outs", tag = "Operation", request_body = OptOutBody,
    responses((status = 201, body = OptOutView)))]
pub(super) async fn record_opt_out(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(said): JsonBody<OptOutBody>,
) -> Result<(StatusCode, Json<OptOutView>), Problem> {
    let checks =
        [("contact", acceptable::contact(&said.contact)), ("channel", acceptable::channel(&said.channel))];
    let wrong: Vec<_> = checks
        .into_iter()
        .filter_map(|(field, checked)| checked.err().map(|why| unacceptable(field, &why)))
        .collect();
    if !wrong.is_empty() {
        return Err(Problem::fields(wrong));
    }
    let now = state.now();
    state.store().record_consent(now, &said.contact, &said.channel, said.opted_out, caller.name()).await?;
    state.committed(now, &[]);
    let entry = state.store().consent_of(&said.contact).await?;
    let entry = entry.ok_or_else(|| Problem::new(Code::NotFound, "the entry was pruned at once"))?;
    Ok((StatusCode::CREATED, Json(entry.into())))
}

impl From<ConsentEntry> for OptOutView {
    fn from(entry: ConsentEntry) -> Self {
        Self {
            seq: entry.seq,
            contact: entry.contact,
            channel: entry.channel,
            opted_out: entry.opted_out,
            recorded_by: entry.recorded_by,
            message_id: entry.message_id.map(|id| id.to_string()),
            at_ms: entry.at_ms.0,
        }
    }
}
