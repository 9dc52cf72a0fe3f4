//! The provider over the API.

use std::collections::BTreeSet;

use async_trait::async_trait;
use url::Url;

use super::{
    api::Api,
    cloud_init,
    settings::DigitalOceanSettings,
    wire::{CreateDroplet, Droplet, DropletAnswer, DropletPage, Size, SizePage},
};
use crate::{
    Secret,
    providers::{
        Installation, Machine, MachineRef, MachineState, Offer, Order, Provider, ProviderError,
        ProviderErrorKind, settings::billing,
    },
    settings::{InvalidSettings, accept},
};

/// The API's largest page.
const PER_PAGE: &str = "200";
/// Most pages read of one list: 10,000 entries, more than an account may have.
const PAGES_MAX: u32 = 50;

/// GPU droplets of one account.
#[derive(Debug)]
pub struct DigitalOceanProvider {
    installation: Installation,
    settings: DigitalOceanSettings,
    api: Api,
    secrets: DigitalOceanSecrets,
}

/// What must not be seen.
#[derive(Debug, Clone)]
pub struct DigitalOceanSecrets {
    /// Token of the account. It needs to read sizes, to read, create and delete droplets, and to create tags.
    pub token: Secret,
    /// Put on every droplet for its dead-man's switch; should be able to delete droplets and nothing else. Without it a
    /// droplet can only power itself off, which still bills.
    pub destroy_token: Option<Secret>,
    /// Put on every droplet to download weights that are not public.
    pub hub_token: Option<Secret>,
}

impl DigitalOceanProvider {
    /// A provider of droplets in the account of the token.
    ///
    /// # Errors
    /// [`InvalidSettings`], listing all that is wrong.
    pub fn new(
        installation: Installation,
        settings: DigitalOceanSettings,
        secrets: DigitalOceanSecrets,
    ) -> Result<Self, InvalidSettings> {
        accept(settings.problems())?;
        let api = Api::new(&settings, secrets.token.clone())?;
        Ok(Self { installation, settings, api, secrets })
    }

    /// All GPU droplets of the account, ours or not.
    async fn droplets(&self) -> Result<Vec<Droplet>, ProviderError> {
        let mut droplets: Vec<Droplet> = Vec::new();
        for page in 1..=PAGES_MAX {
            let number = page.to_string();
            let query = [("type", "gpus"), ("per_page", PER_PAGE), ("page", number.as_str())];
            let part: DropletPage = self.api.read("/v2/droplets", &query).await?;
            droplets.extend(part.droplets);
            if part.links.pages.next.is_none() {
                return whole(droplets, part.meta.map_or(0, |meta| meta.total));
            }
        }
        Err(ProviderError::new(ProviderErrorKind::Refused, "the list of droplets has no end"))
    }

    fn machine(&self, droplet: &Droplet) -> Option<Machine> {
        let node_id = self.installation.node_id(&droplet.name);
        let tagged = droplet.tags.iter().any(|tag| tag.eq_ignore_ascii_case(self.installation.as_str()));
        (node_id.is_some() || tagged).then(|| Machine {
            reference: MachineRef(droplet.id.to_string()),
            name: droplet.name.clone(),
            node_id,
            state: match droplet.status.as_str() {
                "new" => MachineState::Starting,
                "active" => MachineState::Running,
                _ => MachineState::Stopping,
            },
            base_url: self.base_url(droplet),
            region: droplet.region.as_ref().map_or_else(String::new, |region| region.slug.clone()),
            size: droplet.size_slug.clone(),
            created_at_ms: droplet.created_at.parse().ok().map(jiff::Timestamp::as_millisecond),
        })
    }

    fn base_url(&self, droplet: &Droplet) -> Option<Url> {
        let wanted = if self.settings.private_address { "private" } else { "public" };
        let network = droplet.networks.v4.iter().find(|network| network.kind == wanted)?;
        Url::parse(&format!("http://{}:{}", network.ip_address, self.settings.server_port)).ok()
    }
}

#[async_trait]
impl Provider for DigitalOceanProvider {
    fn name(&self) -> &'static str {
        "digitalocean"
    }

    /// Lists lag behind creates by seconds; a minute is far beyond what was seen.
    fn listing_lag_ms(&self) -> i64 {
        60_000
    }

    async fn offers(&self) -> Result<Vec<Offer>, ProviderError> {
        let mut sizes: Vec<Size> = Vec::new();
        for page in 1..=PAGES_MAX {
            let number = page.to_string();
            let query = [("per_page", PER_PAGE), ("page", number.as_str())];
            let part: SizePage = self.api.read("/v2/sizes", &query).await?;
            sizes.extend(part.sizes);
            if part.links.pages.next.is_none() {
                return Ok(in_order(&self.settings, &sizes));
            }
        }
        Err(ProviderError::new(ProviderErrorKind::Refused, "the list of sizes has no end"))
    }

    async fn create(&self, order: &Order) -> Result<MachineRef, ProviderError> {
        let user_data = cloud_init::user_data(&self.installation, &self.settings, order, &self.secrets)
            .map_err(|error| ProviderError::new(ProviderErrorKind::Refused, error.to_string()))?;
        // Names are not unique here. A create that took effect although its answer was lost shows up in the list.
        if let Some(there) = self.droplets().await?.iter().find(|droplet| droplet.name == order.name) {
            return Ok(MachineRef(there.id.to_string()));
        }
        let body = CreateDroplet {
            name: &order.name,
            region: &order.offer.region,
            size: &order.offer.size,
            image: self.settings.image.as_str().into(),
            ssh_keys: self.settings.ssh_keys.iter().map(|key| key.as_str().into()).collect(),
            tags: [self.installation.as_str()],
            user_data: &user_data,
            vpc_uuid: &self.settings.vpc_uuid,
            volumes: self.settings.volumes.iter().map(|volume| volume.id.as_str()).collect(),
            monitoring: false,
        };
        let answer: DropletAnswer = self.api.create("/v2/droplets", &body).await?;
        Ok(MachineRef(answer.droplet.id.to_string()))
    }

    async fn list(&self) -> Result<Vec<Machine>, ProviderError> {
        Ok(self.droplets().await?.iter().filter_map(|droplet| self.machine(droplet)).collect())
    }

    async fn destroy(&self, machine: &MachineRef) -> Result<(), ProviderError> {
        // The reference becomes a part of a path.
        let id: u64 = machine.0.parse().map_err(|_| {
            ProviderError::new(
                ProviderErrorKind::Refused,
                format!("{:?} is not the id of a droplet", machine.0),
            )
        })?;
        self.api.destroy(&format!("/v2/droplets/{id}")).await
    }
}

/// The droplets, unless some have slipped from one page to another while the pages were read: what is missing from a
/// list counts as gone.
fn whole(droplets: Vec<Droplet>, total: usize) -> Result<Vec<Droplet>, ProviderError> {
    let mut seen = BTreeSet::new();
    let distinct: Vec<Droplet> = droplets.into_iter().filter(|droplet| seen.insert(droplet.id)).collect();
    if distinct.len() < total {
        return Err(ProviderError::new(
            ProviderErrorKind::Unavailable,
            format!("the list changed while it was read: {} of {total} droplets", distinct.len()),
        ));
    }
    Ok(distinct)
}

/// What is on offer, by preference: each size in every region before the next size.
fn in_order(settings: &DigitalOceanSettings, sizes: &[Size]) -> Vec<Offer> {
    let mut offers = Vec::new();
    for wanted in &settings.sizes {
        let Some(size) = sizes.iter().find(|size| size.slug == *wanted && size.available) else { continue };
        let Some(price) = size.price_microusd_per_hour() else { continue };
        let billing = billing(price, settings.billing_granularity_s, settings.billing_minimum_s);
        for region in settings.regions.iter().filter(|region| size.regions.contains(region)) {
            offers.push(Offer { region: region.clone(), size: size.slug.clone(), billing });
        }
    }
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_follow_the_order_of_the_settings() {
        let size = |slug: &str, available, price_hourly, regions: &[&str]| Size {
            slug: slug.to_owned(),
            available,
            price_hourly,
            regions: regions.iter().map(|region| (*region).to_owned()).collect(),
        };
        let settings = DigitalOceanSettings {
            sizes: ["gpu-h100x1-80gb", "gpu-h200x1-141gb", "gpu-l40sx1-48gb"].map(str::to_owned).to_vec(),
            ..DigitalOceanSettings::default()
        };
        let sizes = [
            size("gpu-l40sx1-48gb", true, 1.57, &["tor1"]),
            size("gpu-h100x1-80gb", true, 3.39, &["ams3", "tor1", "nyc2"]),
            size("gpu-h200x1-141gb", false, 3.44, &["nyc2"]),
            size("s-1vcpu-1gb", true, 0.00893, &["nyc2"]),
        ];
        let offers: Vec<_> = in_order(&settings, &sizes)
            .into_iter()
            .map(|offer| (offer.size, offer.region, offer.billing.price_microusd_per_hour))
            .collect();
        let expected = [
            ("gpu-h100x1-80gb", "nyc2", 3_390_000),
            ("gpu-h100x1-80gb", "tor1", 3_390_000),
            ("gpu-l40sx1-48gb", "tor1", 1_570_000),
        ];
        assert_eq!(offers, expected.map(|(size, region, price)| (size.to_owned(), region.to_owned(), price)));
    }
}
