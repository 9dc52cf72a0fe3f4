//! What the provider lists, held against the rows. Pure.

use std::collections::HashMap;

use ai_harness::providers::Machine;
use prospector_domain::{id::NodeId, node::NodePhase};
use prospector_store::Node;

/// What a list says that the rows do not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Finding<'a> {
    /// A machine that was asked for exists, and its row does not know what the provider calls it.
    Created(&'a Node, &'a Machine),
    /// A booting machine has an address.
    Addressed(&'a Node, &'a Machine),
    /// A row says that a machine exists, and the provider does not list it.
    Missing(&'a Node),
    /// A machine is listed that no live row stands for.
    Orphan(&'a Machine),
}

/// Holds `machines` against the live `rows`. `owns_all` is false for a provider that lists what is there whoever made
/// it, where nothing can be an orphan.
pub(crate) fn compare<'a>(rows: &'a [Node], machines: &'a [Machine], owns_all: bool) -> Vec<Finding<'a>> {
    let by_ref: HashMap<&str, &Node> =
        rows.iter().filter_map(|row| Some((row.machine_ref.as_deref()?, row))).collect();
    let by_id: HashMap<NodeId, &Node> = rows.iter().map(|row| (row.id, row)).collect();
    let mut findings = Vec::new();
    let mut seen: HashMap<NodeId, usize> = HashMap::new();
    for machine in machines {
        let named = machine.node_id.and_then(|id| by_id.get(&NodeId(id)).copied());
        // A second machine under the name of a row that has its machine already is nobody's.
        let named = named.filter(|row| {
            row.machine_ref.as_deref().is_none_or(|known| known == machine.reference.0)
                && !(row.machine_ref.is_none() && seen.contains_key(&row.id))
        });
        let Some(row) = named.or_else(|| by_ref.get(machine.reference.0.as_str()).copied()) else {
            if owns_all {
                findings.push(Finding::Orphan(machine));
            }
            continue;
        };
        *seen.entry(row.id).or_default() += 1;
        if row.machine_ref.is_none() {
            findings.push(Finding::Created(row, machine));
        } else if row.phase == NodePhase::Booting && machine.base_url.is_some() {
            findings.push(Finding::Addressed(row, machine));
        }
    }
    findings.extend(rows.iter().filter(|row| !seen.contains_key(&row.id)).map(Finding::Missing));
    findings
}

#[cfg(test)]
mod tests {
    use ai_harness::providers::{MachineRef, MachineState};
    use prospector_domain::{engine::EngineId, time::UnixMs};
    use uuid::Uuid;

    use super::*;

    pub(super) fn row(number: u128, phase: NodePhase, machine_ref: Option<&str>) -> Node {
        Node {
            id: NodeId(Uuid::from_u128(number)),
            name: format!("prospector-{}", Uuid::from_u128(number)),
            engine: EngineId::Gpu { model: "m".to_owned(), build: "1".to_owned() },
            provider: "script".to_owned(),
            region: "here".to_owned(),
            size: "one".to_owned(),
            phase,
            epoch: 1,
            machine_ref: machine_ref.map(str::to_owned),
            base_url: None,
            api_key: None,
            price_microusd_per_hour: 0,
            granularity_ms: 1,
            minimum_ms: 0,
            reason: String::new(),
            error: None,
            created_at_ms: UnixMs(0),
            boot_deadline_ms: None,
            phase_at_ms: UnixMs(0),
            billed_from_ms: None,
            booting_at_ms: None,
            warming_at_ms: None,
            ready_at_ms: None,
            draining_at_ms: None,
            destroying_at_ms: None,
            gone_at_ms: None,
            failed_probes: 0,
            destroy_attempts: 0,
            metered_until_ms: None,
            settled: false,
        }
    }

    fn machine(number: u128, reference: &str, address: Option<&str>) -> Machine {
        Machine {
            reference: MachineRef(reference.to_owned()),
            name: format!("prospector-{}", Uuid::from_u128(number)),
            node_id: (number != 0).then(|| Uuid::from_u128(number)),
            state: MachineState::Running,
            base_url: address.map(|address| address.parse().unwrap()),
            region: "here".to_owned(),
            size: "one".to_owned(),
            created_at_ms: None,
        }
    }

    #[test]
    fn a_machine_whose_answer_was_lost_is_found_by_its_name() {
        let rows = [row(1, NodePhase::Intent, None)];
        let machines = [machine(1, "m-1", None)];
        assert_eq!(compare(&rows, &machines, true), [Finding::Created(&rows[0], &machines[0])]);
    }

    #[test]
    fn the_second_machine_of_one_name_is_an_orphan() {
        let machines = [machine(1, "m-1", None), machine(1, "m-2", None)];
        let rows = [row(1, NodePhase::Intent, None)];
        assert_eq!(
            compare(&rows, &machines, true),
            [Finding::Created(&rows[0], &machines[0]), Finding::Orphan(&machines[1])]
        );
        let rows = [row(1, NodePhase::Ready, Some("m-2"))];
        assert_eq!(compare(&rows, &machines, true), [Finding::Orphan(&machines[0])]);
    }

    #[test]
    fn what_no_row_stands_for_is_an_orphan_where_the_list_is_ours() {
        let machines = [machine(7, "m-7", None), machine(0, "renamed", None)];
        assert_eq!(
            compare(&[], &machines, true),
            [Finding::Orphan(&machines[0]), Finding::Orphan(&machines[1])]
        );
        assert_eq!(compare(&[], &machines, false), []);
    }

    #[test]
    fn an_address_matters_while_booting_and_absence_always() {
        let rows = [row(1, NodePhase::Booting, Some("m-1")), row(2, NodePhase::Ready, Some("m-2"))];
        let machines = [machine(1, "m-1", Some("http://127.0.0.1:8000"))];
        assert_eq!(
            compare(&rows, &machines, true),
            [Finding::Addressed(&rows[0], &machines[0]), Finding::Missing(&rows[1])]
        );
        let machines = [machine(1, "m-1", None), machine(0, "m-2", None)];
        assert_eq!(compare(&rows, &machines, true), [], "one that was renamed is known by its reference");
    }
}
