//! The provider over local processes.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use rustix::process::Signal;
use uuid::Uuid;

use super::{
    local::{Local, unavailable},
    process::{self, ProcessId},
    settings::CommandSettings,
    state::Folder,
};
use crate::{
    providers::{
        Installation, Machine, MachineRef, Offer, Order, Provider, ProviderError, ProviderErrorKind,
    },
    settings::{InvalidSettings, accept},
};

/// How long a killed process may take to be gone; longer means that it hangs in the kernel.
const KILLED_WITHIN: Duration = Duration::from_secs(5);
/// How often a process that shall end is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Inference servers as processes of this machine.
#[derive(Debug, Clone)]
pub struct CommandProvider {
    local: Arc<Local>,
}

impl CommandProvider {
    /// A provider of processes started by the settings' command.
    ///
    /// # Errors
    /// [`InvalidSettings`], listing all that is wrong.
    pub fn new(installation: Installation, settings: CommandSettings) -> Result<Self, InvalidSettings> {
        accept(settings.problems())?;
        let folder = Folder::new(settings.state_folder.clone());
        let offer = settings.offer.offer();
        Ok(Self { local: Arc::new(Local { installation, settings, folder, offer }) })
    }

    /// Does something with files and processes on a thread that may wait for them.
    async fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Local) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, ProviderError> {
        let local = Arc::clone(&self.local);
        let done = tokio::task::spawn_blocking(move || act(&local)).await;
        done.unwrap_or_else(|_| {
            Err(ProviderError::new(ProviderErrorKind::AnswerUnknown, "the task ended early"))
        })
    }

    /// Signals what belongs to a node until it is gone or `within` has passed, and says whether it is gone. `known` grows
    /// by what was seen, because a process may lose what it is known by.
    async fn end(
        &self,
        node_id: Uuid,
        known: &mut BTreeSet<ProcessId>,
        signal: Signal,
        within: Duration,
    ) -> Result<bool, ProviderError> {
        let ended = async {
            // A polite signal is sent once: some servers take a second one for impatience.
            let mut signalled = BTreeSet::new();
            loop {
                let seen = known.clone();
                *known = self.blocking(move |local| local.living(node_id, &seen)).await?;
                if known.is_empty() {
                    return Ok(());
                }
                for id in known.iter().filter(|id| signalled.insert(**id)) {
                    process::signal(*id, signal).map_err(|error| unavailable(&error))?;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::time::timeout(within, ended).await.map_or(Ok(false), |ended| ended.map(|()| true))
    }
}

#[async_trait]
impl Provider for CommandProvider {
    fn name(&self) -> &'static str {
        "command"
    }

    async fn offers(&self) -> Result<Vec<Offer>, ProviderError> {
        Ok(vec![self.local.offer.clone()])
    }

    async fn create(&self, order: &Order) -> Result<MachineRef, ProviderError> {
        let order = order.clone();
        self.blocking(move |local| local.create(&order)).await
    }

    async fn list(&self) -> Result<Vec<Machine>, ProviderError> {
        self.blocking(|local| local.list().map_err(|error| unavailable(&error))).await
    }

    async fn destroy(&self, machine: &MachineRef) -> Result<(), ProviderError> {
        let name = machine.0.clone();
        let node_id = self.local.installation.node_id(&name).ok_or_else(|| {
            ProviderError::new(
                ProviderErrorKind::Refused,
                format!("{name:?} is not a machine of this installation"),
            )
        })?;
        self.blocking({
            let name = name.clone();
            move |local| local.mark_stopping(&name).map_err(|error| unavailable(&error))
        })
        .await?;
        let grace = Duration::from_millis(self.local.settings.stop_grace_ms);
        let mut known = BTreeSet::new();
        let gone = self.end(node_id, &mut known, Signal::TERM, grace).await?
            || self.end(node_id, &mut known, Signal::KILL, KILLED_WITHIN).await?;
        if !gone {
            return Err(ProviderError::new(ProviderErrorKind::Unavailable, "the process does not end"));
        }
        self.blocking(move |local| local.forget(&name).map_err(|error| unavailable(&error))).await
    }
}
