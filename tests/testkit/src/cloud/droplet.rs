//! A droplet of the fake cloud.

use std::net::IpAddr;

use prospector_domain::time::UnixMs;
use serde_json::{Value, json};

const MS_PER_HOUR: i128 = 3_600_000;

/// How a droplet boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boot {
    /// It is active, with an address, this many milliseconds after its creation.
    AfterMs(i64),
    /// It is `new` for ever.
    Never,
    /// It is active at once, and never gets an address.
    WithoutAddress,
    /// It is switched off as soon as it is made.
    Off,
}

/// A droplet, alive or destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudDroplet {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its size.
    pub size: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it was told to do when it boots.
    pub user_data: String,
    /// When the bill begins.
    pub created_at: UnixMs,
    /// When the bill ends.
    pub destroyed_at: Option<UnixMs>,
    pub(super) price_microusd_per_hour: i64,
    pub(super) address: IpAddr,
    pub(super) boot: Boot,
    /// Lists in which it is still missing.
    pub(super) hidden_lists: u32,
    /// Lists in which its tags are still missing.
    pub(super) untagged_lists: u32,
    /// Lists until an accepted destroy takes effect.
    pub(super) dying_lists: Option<u32>,
}

impl CloudDroplet {
    /// What it has cost at `now`, in millionths of a dollar, a fraction rounded up: the longer of its time and
    /// `minimum_ms`, rounded up to a multiple of `granularity_ms`.
    pub(super) fn bill_microusd(&self, now: UnixMs, granularity_ms: i64, minimum_ms: i64) -> i64 {
        let existed_ms = self.destroyed_at.unwrap_or(now).0 - self.created_at.0;
        let steps =
            existed_ms.max(minimum_ms).max(0).unsigned_abs().div_ceil(granularity_ms.max(1).unsigned_abs());
        let billed =
            i128::from(steps) * i128::from(granularity_ms.max(1)) * i128::from(self.price_microusd_per_hour);
        let rounded_up = billed / MS_PER_HOUR + i128::from(billed % MS_PER_HOUR != 0);
        i64::try_from(rounded_up).expect("a test's bill is small")
    }

    pub(super) fn is_gpu(&self) -> bool {
        self.size.starts_with("gpu-")
    }

    /// The droplet as the API shows it.
    pub(super) fn json(&self, now: UnixMs) -> Value {
        let booted = matches!(self.boot, Boot::AfterMs(boot_ms) if now.0 - self.created_at.0 >= boot_ms);
        let status = match self.boot {
            Boot::AfterMs(_) if booted => "active",
            Boot::WithoutAddress => "active",
            Boot::Off => "off",
            Boot::AfterMs(_) | Boot::Never => "new",
        };
        let networks = if booted {
            json!([
                { "ip_address": "10.128.192.124", "netmask": "255.255.0.0", "gateway": "nil", "type": "private" },
                { "ip_address": self.address, "netmask": "255.255.255.0", "gateway": "nil", "type": "public" },
            ])
        } else {
            json!([])
        };
        let created_at = jiff::Timestamp::from_millisecond(self.created_at.0 / 1_000 * 1_000)
            .expect("a test's time is on the calendar");
        let tags: &[String] = if self.untagged_lists > 0 { &[] } else { &self.tags };
        json!({
            "id": self.id,
            "name": self.name,
            "memory": 81_920,
            "vcpus": 8,
            "locked": false,
            "status": status,
            "created_at": created_at.to_string(),
            "image": { "id": 1, "slug": "gpu-h100x1-base" },
            "size_slug": self.size,
            "networks": { "v4": networks, "v6": [] },
            "region": { "slug": self.region, "name": self.region, "available": true },
            "tags": tags,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn the_bill_is_exact_to_the_millionth() {
        let droplet = CloudDroplet {
            id: 1,
            name: "node".to_owned(),
            region: "tor1".to_owned(),
            size: "gpu-h100x1-80gb".to_owned(),
            tags: Vec::new(),
            user_data: String::new(),
            created_at: UnixMs(0),
            destroyed_at: None,
            price_microusd_per_hour: 3_390_000,
            address: Ipv4Addr::LOCALHOST.into(),
            boot: Boot::Never,
            hidden_lists: 0,
            untagged_lists: 0,
            dying_lists: None,
        };
        let bill = |existed_ms| droplet.bill_microusd(UnixMs(existed_ms), 1_000, 60_000);
        assert_eq!(bill(3_600_000), 3_390_000);
        // A minute is the least, and 61 s at 3.39 $/h is 0.05744166… $.
        assert_eq!((bill(0), bill(60_000), bill(60_001)), (56_500, 56_500, 57_442));
        assert_eq!(droplet.bill_microusd(UnixMs(3_600_001), 3_600_000, 0), 6_780_000);
    }
}
