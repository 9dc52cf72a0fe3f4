//! The API's JSON, as far as it is read or written here. Unknown fields are ignored: the API grows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Body of `POST /v2/droplets`.
#[derive(Serialize)]
pub(super) struct CreateDroplet<'a> {
    pub(super) name: &'a str,
    pub(super) region: &'a str,
    pub(super) size: &'a str,
    pub(super) image: ImageName<'a>,
    pub(super) ssh_keys: Vec<KeyName<'a>>,
    pub(super) tags: [&'a str; 1],
    pub(super) user_data: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) vpc_uuid: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) volumes: Vec<&'a str>,
    pub(super) monitoring: bool,
}

/// A public image by its slug, or a snapshot by its number, which must be a number in JSON.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ImageName<'a> {
    Number(u64),
    Slug(&'a str),
}

/// A key by its number, or by its fingerprint.
pub(super) type KeyName<'a> = ImageName<'a>;

impl<'a> From<&'a str> for ImageName<'a> {
    fn from(text: &'a str) -> Self {
        text.parse().map_or(Self::Slug(text), Self::Number)
    }
}

#[derive(Deserialize)]
pub(super) struct DropletAnswer {
    pub(super) droplet: DropletId,
}

/// All that is read from the answer to a create: the rest is not filled in yet.
#[derive(Deserialize)]
pub(super) struct DropletId {
    pub(super) id: u64,
}

#[derive(Deserialize)]
pub(super) struct DropletPage {
    pub(super) droplets: Vec<Droplet>,
    #[serde(default)]
    pub(super) links: Links,
    pub(super) meta: Option<Meta>,
}

#[derive(Deserialize)]
pub(super) struct Droplet {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) created_at: String,
    #[serde(default)]
    pub(super) size_slug: String,
    pub(super) region: Option<Region>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) networks: Networks,
}

#[derive(Deserialize)]
pub(super) struct Region {
    pub(super) slug: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Networks {
    #[serde(default)]
    pub(super) v4: Vec<Network>,
}

#[derive(Deserialize)]
pub(super) struct Network {
    pub(super) ip_address: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Links {
    #[serde(default)]
    pub(super) pages: Pages,
}

#[derive(Deserialize, Default)]
pub(super) struct Pages {
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Meta {
    pub(super) total: usize,
}

#[derive(Deserialize)]
pub(super) struct SizePage {
    pub(super) sizes: Vec<Size>,
    #[serde(default)]
    pub(super) links: Links,
}

#[derive(Deserialize)]
pub(super) struct Size {
    pub(super) slug: String,
    #[serde(default)]
    pub(super) available: bool,
    pub(super) price_hourly: f64,
    #[serde(default)]
    pub(super) regions: Vec<String>,
}

impl Size {
    /// The price in millionths of a dollar: 3.39 is 3,390,000. None for what is no price.
    pub(super) fn price_microusd_per_hour(&self) -> Option<i64> {
        let price = (self.price_hourly * 1_000_000.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked in the same line")]
        (price.is_finite() && (0.0..1e15).contains(&price)).then_some(price as i64)
    }
}

/// What the API says when it refuses.
#[derive(Deserialize, Default)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) message: String,
    pub(super) request_id: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.message)?;
        match &self.request_id {
            Some(request_id) => write!(f, " (request {request_id})"),
            None => Ok(()),
        }
    }
}
