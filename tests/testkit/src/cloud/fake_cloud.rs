//! What a test does with the fake cloud.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use prospector_domain::source::Clock;
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    droplet::{Boot, CloudDroplet},
    fault::{CloudRefusal, CreateFault, DeleteFault},
    routes::{Cloud, router},
    state::State,
};

/// The token that may do everything.
pub const CLOUD_TOKEN: &str = "testkit-cloud-token";
/// The token that may destroy droplets and nothing else.
pub const CLOUD_DESTROY_TOKEN: &str = "testkit-destroy-token";

/// Listens on a port of 127.0.0.1 until dropped. Droplets boot at once, unless told otherwise.
pub struct FakeCloud {
    address: SocketAddr,
    cloud: Arc<Cloud>,
    server: JoinHandle<()>,
}

impl FakeCloud {
    /// Starts a cloud without droplets, whose time is `clock`'s.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn start(clock: impl Clock) -> Self {
        let cloud = Arc::new(Cloud { clock: Arc::new(clock), state: Mutex::new(State::default()) });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("failed to listen on 127.0.0.1");
        let address = listener.local_addr().expect("a listener has an address");
        let app = router(Arc::clone(&cloud));
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the accept loop of a listener does not end");
        });
        Self { address, cloud, server }
    }

    /// Where the API is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the droplet of this id asks about itself.
    #[must_use]
    pub fn metadata_url(&self, id: u64) -> String {
        format!("http://{}/metadata/{id}/v1", self.address)
    }

    /// Does this to the next creates, in this order; those after them work.
    pub fn fail_creates(&self, faults: impl IntoIterator<Item = CreateFault>) {
        self.cloud.state().create_faults.extend(faults);
    }

    /// Does this to the next destroys, in this order; those after them work.
    pub fn fail_deletes(&self, faults: impl IntoIterator<Item = DeleteFault>) {
        self.cloud.state().delete_faults.extend(faults);
    }

    /// Refuses the next questions (lists of droplets and sizes) like this, in this order; those after them work.
    pub fn fail_reads(&self, refusals: impl IntoIterator<Item = CloudRefusal>) {
        self.cloud.state().read_faults.extend(refusals);
    }

    /// Has no machine of `size` in `region` until [`FakeCloud::restock`]. The list of sizes does not say so, as it is
    /// with the real one.
    pub fn sell_out(&self, region: &str, size: &str) {
        self.cloud.state().sold_out.insert((region.to_owned(), size.to_owned()));
    }

    /// Has machines of `size` in `region` again.
    pub fn restock(&self, region: &str, size: &str) {
        self.cloud.state().sold_out.remove(&(region.to_owned(), size.to_owned()));
    }

    /// Boots the next droplets like this, in this order; those after them as [`FakeCloud::boot_all`] says.
    pub fn boot_next(&self, boots: impl IntoIterator<Item = Boot>) {
        self.cloud.state().boots.extend(boots);
    }

    /// Boots all later droplets like this.
    pub fn boot_all(&self, boot: Boot) {
        self.cloud.state().boot = boot;
    }

    /// Gives the next droplets these public addresses, such as those of servers that the test runs; those after them get
    /// 127.0.0.1.
    pub fn address_next(&self, addresses: impl IntoIterator<Item = IpAddr>) {
        self.cloud.state().addresses.extend(addresses);
    }

    /// Later droplets are missing from this many lists after their creation.
    pub fn lag_lists(&self, lists: u32) {
        self.cloud.state().hidden_lists = lists;
    }

    /// Later droplets are without their tags in the first so many lists that show them.
    pub fn lag_tags(&self, lists: u32) {
        self.cloud.state().untagged_lists = lists;
    }

    /// Pages hold at most this many entries. At first 200, as it is with the real one.
    pub fn limit_pages(&self, entries: usize) {
        self.cloud.state().page_max = entries;
    }

    /// Bills in multiples of `granularity_ms` and at least `minimum_ms`. At first a second and a minute.
    pub fn bill_by(&self, granularity_ms: i64, minimum_ms: i64) {
        let mut state = self.cloud.state();
        (state.granularity_ms, state.minimum_ms) = (granularity_ms, minimum_ms);
    }

    /// Makes a droplet of the smallest GPU size outside the API, such as one of someone else's, and returns its id.
    ///
    /// # Panics
    /// When `name` is no host name.
    pub fn add_droplet(&self, name: &str, tags: &[&str]) -> u64 {
        let request = json!({ "name": name, "region": "tor1", "size": "gpu-4000adax1-20gb", "image": "x", "tags": tags });
        let now = self.cloud.now();
        self.cloud.state().create(now, &request).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Destroys a droplet outside the API, as its own dead-man's switch or a hand in the panel does.
    pub fn remove_droplet(&self, id: u64) {
        let now = self.cloud.now();
        if let Some(droplet) = self.cloud.state().living(id) {
            droplet.destroyed_at = Some(now);
        }
    }

    /// All droplets that were ever there, in the order of their creation.
    #[must_use]
    pub fn droplets(&self) -> Vec<CloudDroplet> {
        self.cloud.state().droplets.clone()
    }

    /// The droplets that are there and bill, listed or not.
    #[must_use]
    pub fn alive(&self) -> Vec<CloudDroplet> {
        self.droplets().into_iter().filter(|droplet| droplet.destroyed_at.is_none()).collect()
    }

    /// What all droplets together have cost up to now, in millionths of a dollar.
    #[must_use]
    pub fn bill_microusd(&self) -> i64 {
        let now = self.cloud.now();
        let state = self.cloud.state();
        let bill =
            |droplet: &CloudDroplet| droplet.bill_microusd(now, state.granularity_ms, state.minimum_ms);
        state.droplets.iter().map(bill).sum()
    }

    /// How many creates were asked for, refused ones included.
    #[must_use]
    pub fn creates(&self) -> usize {
        self.cloud.state().creates
    }

    /// How many destroys were asked for, refused ones and repeats included.
    #[must_use]
    pub fn deletes(&self) -> usize {
        self.cloud.state().deletes
    }
}

impl fmt::Debug for FakeCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeCloud").field("address", &self.address).field("alive", &self.alive()).finish()
    }
}

impl Drop for FakeCloud {
    fn drop(&mut self) {
        self.server.abort();
    }
}
