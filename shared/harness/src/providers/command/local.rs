//! Local processes: starting one, finding all, telling whose they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::Stdio,
};

use url::Url;
use uuid::Uuid;

use super::{
    environment,
    process::{self, Process, ProcessId},
    settings::CommandSettings,
    state::{Folder, Record},
    template::{Template, Values},
};
use crate::providers::{
    Installation, Machine, MachineRef, MachineState, Offer, Order, ProviderError, ProviderErrorKind,
    WeightsSource,
};

/// Watches over the server, so that it is not left behind when we die and do not come back.
const WATCH: &str = include_str!("watch.sh");

/// The processes and files of one installation. Everything here may wait for the disk.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) installation: Installation,
    pub(super) settings: CommandSettings,
    pub(super) folder: Folder,
    pub(super) offer: Offer,
}

impl Local {
    pub(super) fn create(&self, order: &Order) -> Result<MachineRef, ProviderError> {
        let refuse = |reason: &str| Err(ProviderError::new(ProviderErrorKind::Refused, reason));
        if !process::can_be_seen() {
            return refuse("processes cannot be found again on this system: it has no /proc");
        }
        if order.offer.region != self.offer.region || order.offer.size != self.offer.size {
            return refuse("the order is for something that is not on offer");
        }
        if self.installation.node_id(&order.name) != Some(order.node_id) || !order.has_usable_key() {
            return refuse("the name is not the node's, or the key is not usable");
        }
        if !is_program(&self.settings.argv[0]) {
            return refuse(&format!("there is no program {}", self.settings.argv[0]));
        }
        if order.model.weights.is_none() && self.settings.wants_weights() {
            return refuse(
                "the build does not say where its weights come from: register it with a source of weights",
            );
        }
        let reference = MachineRef(order.name.clone());
        let _locked = self.folder.lock().map_err(|error| unavailable(&error))?;
        if !self.members(order.node_id, &BTreeSet::new()).is_empty() {
            return Ok(reference);
        }
        let mut record = self.prepare(order).map_err(|error| unavailable(&error))?;
        let leader = self.spawn(order, record.port)?;
        // From here on the process is found by its environment, whatever happens to the record.
        record.leader = process::read(leader).map(|process| process.id);
        self.folder.write(&order.name, &record).map_err(|error| {
            ProviderError::new(
                ProviderErrorKind::AnswerUnknown,
                format!("the record was not written: {error}"),
            )
        })?;
        Ok(reference)
    }

    /// Writes down what is about to be started.
    fn prepare(&self, order: &Order) -> io::Result<Record> {
        self.folder.prune_logs()?;
        self.folder.beat()?;
        // The listener is closed again. Should another process take the port before the server does, the server ends,
        // and another node takes its place.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let record = Record { node_id: order.node_id, port, leader: None, stopping: false };
        self.folder.write(&order.name, &record)?;
        // After the record, by which everything else of a node that came to nothing is found and removed.
        self.folder.write_key(&order.name, &order.api_key)?;
        Ok(record)
    }

    /// Starts the server in a process group of its own, so that a signal to ours does not reach it.
    fn spawn(&self, order: &Order, port: u16) -> Result<i32, ProviderError> {
        let mut command = self.command(order, port).map_err(|error| unavailable(&error))?;
        let mut child = command.spawn().map_err(|error| {
            ProviderError::new(ProviderErrorKind::Unavailable, format!("no shell can be started: {error}"))
        })?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or_default();
        tokio::spawn(async move {
            // Whoever has started a process must take note of its end, or it is never quite gone.
            if let Ok(status) = child.wait().await {
                tracing::debug!(process.pid = pid, process.status = %status, "an inference server has ended");
            }
        });
        Ok(pid)
    }

    fn command(&self, order: &Order, port: u16) -> io::Result<tokio::process::Command> {
        let key_file = std::path::absolute(self.folder.key_file(&order.name))?;
        let heartbeat_file = std::path::absolute(self.folder.heartbeat_file())?;
        let (weights, revision) = match &order.model.weights {
            None => ("", ""),
            Some(WeightsSource::Path(path)) => (path.as_str(), ""),
            Some(WeightsSource::Hub { repository, revision }) => (repository.as_str(), revision.as_str()),
        };
        let node_id = order.node_id.to_string();
        let values = Values {
            port,
            api_key: order.api_key.expose(),
            api_key_file: &key_file.to_string_lossy(),
            model: &order.model.served_model_name,
            weights,
            revision,
            engine: &order.model.engine,
            node_id: &node_id,
        };
        let log = self.folder.open_log(&order.name)?;
        let mut command = tokio::process::Command::new("sh");
        command.args(["-c", WATCH, "prospector-node"]).arg(heartbeat_file).arg(order.deadman_s.to_string());
        command.args(self.settings.argv.iter().map(|argument| Template::new(argument).render(&values)));
        command.env_clear();
        for name in environment::INHERITED {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env(environment::API_KEY, order.api_key.expose());
        for (name, value) in &self.settings.environment {
            command.env(name, Template::new(value).render(&values));
        }
        command
            .env(environment::NODE_ID, &node_id)
            .env(environment::INSTALLATION, self.installation.as_str());
        command.env(environment::PORT, port.to_string());
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .kill_on_drop(false);
        Ok(command)
    }

    pub(super) fn list(&self) -> io::Result<Vec<Machine>> {
        let _locked = self.folder.lock()?;
        self.folder.beat()?;
        let mut nodes = self.nodes_by_environment();
        for name in self.folder.names()? {
            let Some(node_id) = self.installation.node_id(&name) else { continue };
            if self.members(node_id, &BTreeSet::new()).is_empty() {
                // Nothing was started, or it has ended: under the lock there is nothing in between.
                self.folder.forget(&name)?;
            } else {
                nodes.entry(node_id).or_default();
            }
        }
        Ok(nodes.into_iter().map(|(node_id, port)| self.machine(node_id, port)).collect())
    }

    fn machine(&self, node_id: Uuid, port: Option<u16>) -> Machine {
        let name = self.installation.machine_name(node_id);
        let record = self.folder.read(&name);
        let port = record.as_ref().map(|record| record.port).or(port);
        let stopping = record.is_some_and(|record| record.stopping);
        Machine {
            reference: MachineRef(name.clone()),
            node_id: Some(node_id),
            state: if stopping { MachineState::Stopping } else { MachineState::Running },
            base_url: port.and_then(|port| Url::parse(&format!("http://127.0.0.1:{port}")).ok()),
            region: self.offer.region.clone(),
            size: self.offer.size.clone(),
            created_at_ms: self.folder.created_at_ms(&name),
            name,
        }
    }

    /// The nodes of this installation that have a living process, and the port it was given.
    fn nodes_by_environment(&self) -> BTreeMap<Uuid, Option<u16>> {
        let of = |process: &Process| {
            let environment = process::environment(process.id.pid);
            let ours = environment.get(environment::INSTALLATION)? == self.installation.as_str();
            let node_id = ours.then(|| Uuid::parse_str(environment.get(environment::NODE_ID)?).ok())??;
            Some((node_id, environment.get(environment::PORT).and_then(|port| port.parse().ok())))
        };
        process::all().iter().filter_map(of).collect()
    }

    pub(super) fn living(
        &self,
        node_id: Uuid,
        known: &BTreeSet<ProcessId>,
    ) -> Result<BTreeSet<ProcessId>, ProviderError> {
        let _locked = self.folder.lock().map_err(|error| unavailable(&error))?;
        Ok(self.members(node_id, known))
    }

    /// The living processes of a node: those that carry its id, the one that was written down, those of `known` that
    /// still live, and whatever is in a process group that one of them leads.
    fn members(&self, node_id: Uuid, known: &BTreeSet<ProcessId>) -> BTreeSet<ProcessId> {
        let living = process::all();
        let recorded =
            self.folder.read(&self.installation.machine_name(node_id)).and_then(|record| record.leader);
        let node_id = node_id.to_string();
        let carries_the_id = |process: &Process| {
            let environment = process::environment(process.id.pid);
            environment.get(environment::NODE_ID) == Some(&node_id)
                && environment
                    .get(environment::INSTALLATION)
                    .is_some_and(|name| name == self.installation.as_str())
        };
        let is_member = |process: &&Process| {
            known.contains(&process.id) || recorded == Some(process.id) || carries_the_id(process)
        };
        let mut members: BTreeSet<ProcessId> =
            living.iter().filter(is_member).map(|process| process.id).collect();
        process::with_groups(&mut members, &living);
        members
    }

    pub(super) fn mark_stopping(&self, name: &str) -> io::Result<()> {
        let _locked = self.folder.lock()?;
        match self.folder.read(name) {
            Some(record) => self.folder.write(name, &Record { stopping: true, ..record }),
            None => Ok(()),
        }
    }

    pub(super) fn forget(&self, name: &str) -> io::Result<()> {
        let _locked = self.folder.lock()?;
        self.folder.forget(name)
    }
}

/// Whether a shell would find this program. Asked before, because afterwards only the log would say that it did not.
fn is_program(name: &str) -> bool {
    if name.contains('/') {
        return Path::new(name).is_file();
    }
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

pub(super) fn unavailable(error: &io::Error) -> ProviderError {
    ProviderError::new(ProviderErrorKind::Unavailable, error.to_string())
}
