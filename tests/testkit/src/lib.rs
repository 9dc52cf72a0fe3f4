//! Real parts for tests: servers in temporary folders on free ports, a breakable network, clocks that stand still.
//!
//! Architecture invariants: nothing here imitates Redis, PostgreSQL, Prometheus or a model, it starts the real programs; and nothing
//! outlives the test process, however that ends. Each server has a small watchdog (`watchdog.rs`) that kills it
//! and removes its folder when the pipe to the test process closes.
//!
//! Every test process starts the servers it needs: a Redis is ready after about 20 ms and a PostgreSQL after about
//! 200 ms (its `initdb` is done once and copied), which is cheaper than agreeing on a shared one.
//!
//! Functions here panic instead of returning errors: a test has no other use for a part that will not start.

mod answering_server;
mod cloud;
mod model_server;
mod otlp;
mod port;
mod postgres;
mod postgres_install;
mod program;
mod prometheus;
mod proxy;
mod redis;
mod sink;
mod sources;
mod terminal;
mod wait;
mod watchdog;

pub use answering_server::{ANSWERING_MODEL, AnsweringServer};
pub use cloud::{
    Boot, CLOUD_DESTROY_TOKEN, CLOUD_TOKEN, CloudDroplet, CloudRefusal, CreateFault, DeleteFault, FakeCloud,
};
pub use model_server::{ModelServer, ModelServerOptions};
pub use otlp::{OtlpReceiver, ReceivedSpan};
pub use port::{PortLease, free_port};
pub use postgres::PostgresServer;
pub use program::Program;
pub use prometheus::{PrometheusServer, Sample, ScrapeTarget, promtool};
pub use proxy::TcpProxy;
pub use redis::RedisServer;
pub use sink::{Received, SinkAnswer, WebhookSink};
pub use sources::{FixedChance, ManualClock, SequentialIds};
pub use terminal::TestTerminal;
pub use wait::wait_until;
