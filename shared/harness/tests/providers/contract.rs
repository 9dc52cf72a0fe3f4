//! What every provider keeps, whatever it rents from.

use std::path::PathBuf;

use ai_harness::providers::{
    CommandProvider, Installation, Machine, MachineRef, MachineState, Offer, Order, Provider,
    ProviderErrorKind, ScriptProvider, StaticProvider, StaticSettings,
};
use prospector_testkit::{FakeCloud, ManualClock, wait_until};
use uuid::Uuid;

use crate::{
    command::{Processes, python_server},
    script::Scripts,
    support::{DEADLINE, cloud_provider_of, cloud_settings, installation, order},
};

/// A provider, one of another installation in the same account, and the reference of a machine that never was.
struct Subject {
    ours: Box<dyn Provider>,
    theirs: Box<dyn Provider>,
    other: Installation,
    nothing: MachineRef,
}

#[tokio::test]
async fn digitalocean() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let other = Installation::new("guesthouse-2").unwrap();
    keeps_the_contract(Subject {
        ours: Box::new(cloud_provider_of(installation(), cloud_settings(&cloud))),
        theirs: Box::new(cloud_provider_of(other.clone(), cloud_settings(&cloud))),
        other,
        nothing: MachineRef("999".to_owned()),
    })
    .await;
    assert_eq!((cloud.alive(), cloud.creates()), (Vec::new(), 4));
}

#[tokio::test]
async fn script() {
    let scripts = Scripts::new();
    let other = Installation::new("guesthouse-2").unwrap();
    keeps_the_contract(Subject {
        ours: Box::new(ScriptProvider::new(installation(), scripts.settings()).unwrap()),
        theirs: Box::new(ScriptProvider::new(other.clone(), scripts.settings()).unwrap()),
        other,
        nothing: MachineRef("nothing".to_owned()),
    })
    .await;
    assert_eq!(scripts.machines(), Vec::<String>::new());
}

#[tokio::test]
async fn command() {
    let processes = Processes::new();
    let settings = processes.settings(&python_server());
    let other = processes.installation("b");
    let ours = processes.installation("a");
    keeps_the_contract_as(
        &ours,
        Subject {
            ours: Box::new(CommandProvider::new(ours.clone(), settings.clone()).unwrap()),
            theirs: Box::new(CommandProvider::new(other.clone(), settings).unwrap()),
            other,
            nothing: MachineRef(ours.machine_name(Uuid::from_u128(999))),
        },
    )
    .await;
    assert_eq!(processes.files(".json"), Vec::<PathBuf>::new());
    assert_eq!(processes.files(".key"), Vec::<PathBuf>::new());
}

/// `static` is another matter: there is always one machine, which belongs to nobody.
#[tokio::test]
async fn static_url() {
    let settings = StaticSettings { url: "http://127.0.0.1:8000".to_owned(), ..StaticSettings::default() };
    let provider = StaticProvider::new(&settings).unwrap();
    let offer = provider.offers().await.unwrap().remove(0);
    let machine = provider.create(&order(Uuid::from_u128(1), offer.clone())).await.unwrap();
    assert_eq!(provider.create(&order(Uuid::from_u128(2), offer.clone())).await.unwrap(), machine);
    let listed = provider.list().await.unwrap();
    assert_eq!((listed.len(), &listed[0].reference, listed[0].node_id), (1, &machine, None));
    assert_eq!(listed[0].base_url.as_ref().unwrap().as_str(), "http://127.0.0.1:8000/");
    refuses_what_is_not_on_offer(&provider, &order(Uuid::from_u128(3), offer)).await;
    provider.destroy(&machine).await.unwrap();
    provider.destroy(&machine).await.unwrap();
    assert_eq!(provider.list().await.unwrap(), listed);
}

async fn keeps_the_contract(subject: Subject) {
    keeps_the_contract_as(&installation(), subject).await;
}

async fn keeps_the_contract_as(own: &Installation, subject: Subject) {
    let Subject { ours, theirs, other, nothing } = subject;
    let offer = ours.offers().await.unwrap().remove(0);
    let order_of = |installation: &Installation, number: u128| {
        let node_id = Uuid::from_u128(number);
        Order { name: installation.machine_name(node_id), ..order(node_id, offer.clone()) }
    };
    let (first, second) = (order_of(own, 1), order_of(own, 2));
    assert_eq!(ours.list().await.unwrap(), []);

    // Created, and there under its name, with a place to talk to.
    let machine = ours.create(&first).await.unwrap();
    let listed = running(ours.as_ref(), &first).await;
    assert_eq!((&listed.reference, listed.name.as_str()), (&machine, first.name.as_str()));
    assert_eq!((listed.region.as_str(), listed.size.as_str()), (offer.region.as_str(), offer.size.as_str()));

    // The same order is for the same machine.
    assert_eq!(ours.create(&first).await.unwrap(), machine);
    assert_eq!(ours.list().await.unwrap().len(), 1);

    // Another is another, and one of another installation is none of ours.
    let neighbour = ours.create(&second).await.unwrap();
    let foreign = theirs.create(&order_of(&other, 3)).await.unwrap();
    running(ours.as_ref(), &second).await;
    assert_eq!(nodes(ours.as_ref()).await, [first.node_id, second.node_id]);
    assert_eq!(nodes(theirs.as_ref()).await, [Uuid::from_u128(3)]);

    refuses_what_is_not_on_offer(ours.as_ref(), &order_of(own, 4)).await;
    assert_eq!(ours.list().await.unwrap().len(), 2);

    // Destroyed, and gone; alone. Twice is fine, and so is what never was.
    ours.destroy(&nothing).await.unwrap();
    ours.destroy(&machine).await.unwrap();
    ours.destroy(&machine).await.unwrap();
    gone(ours.as_ref(), first.node_id).await;
    assert_eq!(nodes(ours.as_ref()).await, [second.node_id]);
    ours.destroy(&neighbour).await.unwrap();
    theirs.destroy(&foreign).await.unwrap();
    gone(ours.as_ref(), second.node_id).await;
    gone(theirs.as_ref(), Uuid::from_u128(3)).await;
}

async fn refuses_what_is_not_on_offer(provider: &dyn Provider, order: &Order) {
    let offer = Offer { region: "nowhere".to_owned(), ..order.offer.clone() };
    let refused = provider.create(&Order { offer, ..order.clone() }).await.unwrap_err();
    assert!(matches!(refused.kind, ProviderErrorKind::NoCapacity | ProviderErrorKind::Refused), "{refused}");
    assert!(refused.kind.took_no_effect());
}

async fn nodes(provider: &dyn Provider) -> Vec<Uuid> {
    let mut nodes: Vec<_> =
        provider.list().await.unwrap().iter().filter_map(|machine| machine.node_id).collect();
    nodes.sort_unstable();
    nodes
}

async fn running(provider: &dyn Provider, order: &Order) -> Machine {
    wait_until("the machine runs and has an address", DEADLINE, async || {
        let listed = provider.list().await.unwrap();
        let machine = listed.into_iter().find(|machine| machine.node_id == Some(order.node_id))?;
        (machine.state == MachineState::Running && machine.base_url.is_some()).then_some(machine)
    })
    .await
}

async fn gone(provider: &dyn Provider, node_id: Uuid) {
    wait_until("the machine is gone", DEADLINE, async || {
        (!nodes(provider).await.contains(&node_id)).then_some(())
    })
    .await;
}
