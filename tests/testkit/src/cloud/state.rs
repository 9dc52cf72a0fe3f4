//! What the fake cloud remembers.

use std::{
    collections::{BTreeSet, VecDeque},
    net::{IpAddr, Ipv4Addr},
};

use prospector_domain::time::UnixMs;
use serde_json::{Value, json};

use super::{
    droplet::{Boot, CloudDroplet},
    fault::{CloudRefusal, CreateFault, DeleteFault},
};

/// Slug, price in millionths of a dollar for an hour, and regions: as in May 2026.
const SIZES: [(&str, i64, &[&str]); 5] = [
    ("s-1vcpu-1gb", 8_930, &["nyc2", "tor1", "atl1", "ams3"]),
    ("gpu-4000adax1-20gb", 760_000, &["nyc2", "tor1"]),
    ("gpu-l40sx1-48gb", 1_570_000, &["nyc2", "tor1", "atl1"]),
    ("gpu-h100x1-80gb", 3_390_000, &["nyc2", "tor1", "ams3"]),
    ("gpu-h200x1-141gb", 3_440_000, &["nyc2", "atl1"]),
];
/// The API's own bound, in bytes.
const USER_DATA_MAX_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct State {
    pub(super) droplets: Vec<CloudDroplet>,
    pub(super) creates: usize,
    pub(super) deletes: usize,
    pub(super) create_faults: VecDeque<CreateFault>,
    pub(super) delete_faults: VecDeque<DeleteFault>,
    pub(super) read_faults: VecDeque<CloudRefusal>,
    pub(super) sold_out: BTreeSet<(String, String)>,
    pub(super) boots: VecDeque<Boot>,
    pub(super) boot: Boot,
    pub(super) addresses: VecDeque<IpAddr>,
    pub(super) hidden_lists: u32,
    pub(super) untagged_lists: u32,
    pub(super) page_max: usize,
    pub(super) granularity_ms: i64,
    pub(super) minimum_ms: i64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            droplets: Vec::new(),
            creates: 0,
            deletes: 0,
            create_faults: VecDeque::new(),
            delete_faults: VecDeque::new(),
            read_faults: VecDeque::new(),
            sold_out: BTreeSet::new(),
            boots: VecDeque::new(),
            boot: Boot::AfterMs(0),
            addresses: VecDeque::new(),
            hidden_lists: 0,
            untagged_lists: 0,
            page_max: 200,
            granularity_ms: 1_000,
            minimum_ms: 60_000,
        }
    }
}

impl State {
    /// Makes the droplet that a request describes, or says what is wrong with it.
    pub(super) fn create(&mut self, now: UnixMs, request: &Value) -> Result<u64, String> {
        let text = |field: &str| request[field].as_str().unwrap_or_default().to_owned();
        let (name, region, size) = (text("name"), text("region"), text("size"));
        let is_host_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if name.is_empty() || name.len() > 255 || !name.chars().all(is_host_name) {
            return Err("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)".to_owned());
        }
        let known = SIZES.iter().find(|(slug, ..)| *slug == size);
        let (_, price_microusd_per_hour, regions) =
            known.ok_or("You specified an invalid size for Droplet creation.")?;
        if !regions.contains(&region.as_str()) || self.sold_out.contains(&(region.clone(), size.clone())) {
            return Err("Size is not available in this region.".to_owned());
        }
        if request["image"].is_null() {
            return Err("You specified an invalid image for Droplet creation.".to_owned());
        }
        if text("user_data").len() > USER_DATA_MAX_BYTES {
            return Err("User data is too long".to_owned());
        }
        let tags = request["tags"].as_array().into_iter().flatten();
        let id = 300_000_001 + self.droplets.len() as u64;
        self.droplets.push(CloudDroplet {
            id,
            name,
            region,
            size,
            tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
            user_data: text("user_data"),
            created_at: now,
            destroyed_at: None,
            price_microusd_per_hour: *price_microusd_per_hour,
            address: self.addresses.pop_front().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            boot: self.boots.pop_front().unwrap_or(self.boot),
            hidden_lists: self.hidden_lists,
            untagged_lists: self.untagged_lists,
            dying_lists: None,
        });
        Ok(id)
    }

    /// What a list shows. Looking at it is what lets time pass for whatever lags behind by lists.
    pub(super) fn list(&mut self, now: UnixMs, gpus: bool) -> Vec<Value> {
        let mut shown = Vec::new();
        for droplet in self.droplets.iter_mut().filter(|droplet| droplet.destroyed_at.is_none()) {
            if droplet.dying_lists == Some(0) {
                droplet.destroyed_at = Some(now);
                continue;
            }
            droplet.dying_lists = droplet.dying_lists.map(|lists| lists - 1);
            if droplet.hidden_lists > 0 {
                droplet.hidden_lists -= 1;
                continue;
            }
            if droplet.is_gpu() == gpus {
                shown.push(droplet.json(now));
            }
            droplet.untagged_lists = droplet.untagged_lists.saturating_sub(1);
        }
        shown
    }

    pub(super) fn living(&mut self, id: u64) -> Option<&mut CloudDroplet> {
        self.droplets.iter_mut().find(|droplet| droplet.id == id && droplet.destroyed_at.is_none())
    }
}

/// The sizes as the API shows them.
pub(super) fn sizes() -> Vec<Value> {
    let shown = SIZES.iter().map(|(slug, price, regions)| {
        #[expect(clippy::cast_precision_loss, reason = "prices are small")]
        let price_hourly = *price as f64 / 1_000_000.0;
        json!({ "slug": slug, "available": true, "price_hourly": price_hourly, "regions": regions, "vcpus": 8 })
    });
    shown.collect()
}
