//! The configured sinks, and delivering to one of them.

use std::{collections::BTreeMap, time::Duration};

use prospector_domain::time::UnixMs;
use prospector_runtime::{
    clock::Stopwatch,
    config::{DispatchSettings, SinkSettings},
};

use crate::{
    metrics::count_delivery,
    tools::Tools,
    webhook::{Delivery, InvalidSink, Parcel, Sink},
};

/// Every configured sink, by name and by channel.
pub(crate) struct Sinks {
    by_name: BTreeMap<String, Sink>,
    dispatch: DispatchSettings,
}

impl Sinks {
    /// Makes all sinks ready. No attempt takes longer than `longest`.
    pub(crate) fn new(
        sinks: &BTreeMap<String, SinkSettings>,
        dispatch: &DispatchSettings,
        longest: Duration,
    ) -> Result<Self, InvalidSink> {
        let mut by_name = BTreeMap::new();
        for (name, settings) in sinks {
            by_name.insert(name.clone(), Sink::new(name, settings, longest)?);
        }
        Ok(Self { by_name, dispatch: dispatch.clone() })
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Sink> {
        self.by_name.get(name)
    }

    pub(crate) fn for_channel(&self, channel: &str) -> Option<&Sink> {
        self.named(self.dispatch.sink_for(channel)?)
    }
}

/// Delivers once, and disables a sink that wants no webhook ever again.
pub(crate) async fn deliver(tools: &Tools, sink: &Sink, parcel: &Parcel, now: UnixMs) -> Delivery {
    let watch = Stopwatch::start();
    let delivery = sink.deliver(parcel, now).await;
    count_delivery(&delivery, watch.elapsed_s());
    let note = delivery.note();
    tracing::info!(
        sink.name = sink.name,
        webhook.id = parcel.id,
        http.status = note.status,
        delivery.error = note.why,
        "delivered a webhook, or tried to"
    );
    if matches!(delivery, Delivery::Rejected { gone: true, .. }) {
        let reason = "it answered 410 Gone";
        if let Err(error) = tools.store.disable_sink(tools.now(), &sink.name, reason).await {
            // The answer itself must still be saved; the next 410 comes back here.
            tracing::warn!(%error, sink.name = sink.name, "failed to disable a sink that is gone");
        }
    }
    delivery
}
