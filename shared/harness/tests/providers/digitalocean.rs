//! What `digitalocean` does when the API fails, against a fake of it.

use std::{net::IpAddr, sync::Arc, time::Duration};

use crate::support::{DEADLINE, cloud_provider, cloud_settings, installation, order};
use ai_harness::{
    Secret,
    providers::{
        DigitalOceanProvider, DigitalOceanSecrets, DigitalOceanSettings, MachineRef, MachineState,
        Provider as _, ProviderError, ProviderErrorKind as Kind,
    },
};
use prospector_testkit::{
    Boot, CLOUD_TOKEN, CloudRefusal, CreateFault, DeleteFault, FakeCloud, ManualClock, wait_until,
};
use tokio::sync::Notify;
use uuid::Uuid;

fn kind<T: std::fmt::Debug>(result: Result<T, ProviderError>) -> Kind {
    result.unwrap_err().kind
}

#[tokio::test]
async fn offers_come_from_the_price_list_in_the_order_of_the_settings() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    // Sizes span pages.
    cloud.limit_pages(2);
    let settings = DigitalOceanSettings {
        sizes: ["gpu-h100x1-80gb", "gpu-l40sx1-48gb"].map(str::to_owned).to_vec(),
        regions: ["ams3", "tor1"].map(str::to_owned).to_vec(),
        ..cloud_settings(&cloud)
    };
    let offers = cloud_provider(settings).offers().await.unwrap();
    let seen: Vec<_> = offers
        .iter()
        .map(|offer| (offer.region.as_str(), offer.size.as_str(), offer.billing.price_microusd_per_hour))
        .collect();
    let expected = [
        ("ams3", "gpu-h100x1-80gb", 3_390_000),
        ("tor1", "gpu-h100x1-80gb", 3_390_000),
        ("tor1", "gpu-l40sx1-48gb", 1_570_000),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_sold_out_region_is_told_from_a_lost_answer() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let provider = cloud_provider(cloud_settings(&cloud));
    let offers = provider.offers().await.unwrap();
    let full = order(Uuid::from_u128(1), offers[0].clone());
    cloud.sell_out(&offers[0].region, &offers[0].size);
    assert_eq!(kind(provider.create(&full).await), Kind::NoCapacity);
    let elsewhere = order(Uuid::from_u128(1), offers[1].clone());
    provider.create(&elsewhere).await.unwrap();
    assert_eq!((cloud.alive().len(), cloud.creates()), (1, 2));
    let made = &cloud.alive()[0];
    assert_eq!(made.region, offers[1].region);
    assert!(
        made.user_data.starts_with("#cloud-config")
            && made.user_data.contains(&elsewhere.node_id.to_string())
    );
    assert!(made.user_data.contains(elsewhere.api_key.expose()));

    cloud.fail_creates([CreateFault::AnswerLost]);
    let lost = order(Uuid::from_u128(2), offers[1].clone());
    assert_eq!(kind(provider.create(&lost).await), Kind::AnswerUnknown);
    assert_eq!((cloud.alive().len(), cloud.creates()), (2, 3));
}

#[tokio::test]
async fn limits_say_how_long_to_wait() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let provider = cloud_provider(cloud_settings(&cloud));
    let offer = provider.offers().await.unwrap().remove(0);
    let order = order(Uuid::from_u128(1), offer);

    cloud.fail_creates([CreateFault::Refused(CloudRefusal::Burst(17))]);
    let refused = provider.create(&order).await.unwrap_err();
    assert_eq!((refused.kind, refused.retry_after), (Kind::Throttled, Some(Duration::from_secs(17))));

    cloud.fail_reads([CloudRefusal::HourlyLimit(Duration::from_secs(900))]);
    let refused = provider.list().await.unwrap_err();
    assert_eq!((refused.kind, refused.retry_after), (Kind::Throttled, Some(Duration::from_secs(900))));
    // A question under a limit is not asked again at once: that would use up more of it.
    assert!(provider.list().await.unwrap().is_empty());
    assert_eq!(cloud.alive(), []);
}

#[tokio::test]
async fn questions_are_asked_again_and_a_create_never() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let provider = cloud_provider(cloud_settings(&cloud));
    let offer = provider.offers().await.unwrap().remove(0);
    let order = order(Uuid::from_u128(1), offer);

    cloud.fail_reads([CloudRefusal::Status(500), CloudRefusal::Status(502), CloudRefusal::Status(503)]);
    assert!(provider.list().await.unwrap().is_empty());
    cloud.fail_reads([CloudRefusal::Status(500); 4]);
    assert_eq!(kind(provider.list().await), Kind::Unavailable);

    // Nobody knows what was done before one of these was answered.
    for (creates, status) in [(1, 500), (2, 504), (3, 408)] {
        cloud.fail_creates([CreateFault::Refused(CloudRefusal::Status(status))]);
        assert_eq!(kind(provider.create(&order).await), Kind::AnswerUnknown);
        assert_eq!((cloud.alive().len(), cloud.creates()), (0, creates));
    }
}

#[tokio::test]
async fn a_machine_whose_answer_was_lost_is_found_by_its_name_and_not_made_again() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let provider = cloud_provider(cloud_settings(&cloud));
    let offer = provider.offers().await.unwrap().remove(0);
    let order = order(Uuid::from_u128(1), offer);
    // Tags come late: the name alone must do.
    cloud.lag_tags(1_000);
    cloud.fail_creates([CreateFault::AnswerLost]);

    assert_eq!(kind(provider.create(&order).await), Kind::AnswerUnknown);
    let listed = provider.list().await.unwrap();
    assert_eq!((listed.len(), listed[0].node_id), (1, Some(order.node_id)));
    assert_eq!(provider.create(&order).await.unwrap(), listed[0].reference);
    assert_eq!((cloud.alive().len(), cloud.creates()), (1, 1));
}

#[tokio::test]
async fn an_answer_or_an_effect_that_comes_too_late_is_an_unknown_answer() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let provider = cloud_provider(DigitalOceanSettings { request_timeout_ms: 150, ..cloud_settings(&cloud) });
    let offer = provider.offers().await.unwrap().remove(0);

    let told = Arc::new(Notify::new());
    cloud.fail_creates([CreateFault::AnswerWhenTold(Arc::clone(&told))]);
    let first = provider.create(&order(Uuid::from_u128(1), offer.clone())).await.unwrap_err();
    assert_eq!((first.kind, first.detail.as_str()), (Kind::AnswerUnknown, "no answer within 150 ms"));
    assert_eq!(cloud.alive().len(), 1);

    // The nastiest: the list is empty when it is looked at, and the machine comes after that.
    cloud.fail_creates([CreateFault::EffectWhenTold(Arc::clone(&told))]);
    assert_eq!(kind(provider.create(&order(Uuid::from_u128(2), offer)).await), Kind::AnswerUnknown);
    assert_eq!(provider.list().await.unwrap().len(), 1);
    told.notify_one();
    wait_until("the second machine is listed", DEADLINE, async || {
        (provider.list().await.unwrap().len() == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn lists_lag_and_span_pages_and_show_only_what_is_ours() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let provider = cloud_provider(cloud_settings(&cloud));
    let offer = provider.offers().await.unwrap().remove(0);
    for number in 0..5_u128 {
        cloud.add_droplet(&format!("web-{number}"), &["someone-else"]);
        provider.create(&order(Uuid::from_u128(number), offer.clone())).await.unwrap();
    }
    let other = ai_harness::providers::Installation::new("guesthouse-2").unwrap();
    cloud.add_droplet(&other.machine_name(Uuid::from_u128(9)), &["guesthouse-2"]);
    let renamed = cloud.add_droplet("renamed-by-hand", &[installation().as_str()]);

    for entries in [200, 3, 1] {
        cloud.limit_pages(entries);
        let listed = provider.list().await.unwrap();
        let nodes: Vec<_> = listed.iter().filter_map(|machine| machine.node_id).collect();
        assert_eq!(nodes, (0..5).map(Uuid::from_u128).collect::<Vec<_>>());
        let unnamed: Vec<_> = listed.iter().filter(|machine| machine.node_id.is_none()).collect();
        assert_eq!(unnamed.len(), 1);
        assert_eq!(unnamed[0].reference, MachineRef(renamed.to_string()));
    }

    cloud.lag_lists(2);
    provider.create(&order(Uuid::from_u128(77), offer)).await.unwrap();
    let lengths = [provider.list().await.unwrap().len(), provider.list().await.unwrap().len()];
    // Pages of one entry: each is a list of its own.
    assert_eq!((lengths, cloud.alive().len()), ([7, 7], 13));
}

#[tokio::test]
async fn boots_may_be_slow_or_fail() {
    let clock = ManualClock::default();
    let cloud = FakeCloud::start(clock.clone()).await;
    let provider = cloud_provider(DigitalOceanSettings { server_port: 4_242, ..cloud_settings(&cloud) });
    let offer = provider.offers().await.unwrap().remove(0);
    let slow = IpAddr::from([127, 0, 0, 9]);
    cloud.address_next([slow]);
    cloud.boot_next([Boot::AfterMs(270_000), Boot::Never, Boot::WithoutAddress, Boot::Off]);
    for number in 0..4_u128 {
        provider.create(&order(Uuid::from_u128(number), offer.clone())).await.unwrap();
    }
    let seen = async || {
        let listed = provider.list().await.unwrap();
        let of = |machine: &ai_harness::providers::Machine| {
            (machine.state, machine.base_url.as_ref().map(ToString::to_string))
        };
        listed.iter().map(of).collect::<Vec<_>>()
    };
    let starting = (MachineState::Starting, None);
    let rest = [starting.clone(), (MachineState::Running, None), (MachineState::Stopping, None)];
    assert_eq!(seen().await, [&[starting][..], &rest].concat());
    clock.advance_ms(270_000);
    let booted = (MachineState::Running, Some("http://127.0.0.9:4242/".to_owned()));
    assert_eq!(seen().await, [&[booted][..], &rest].concat());
    let created = provider.list().await.unwrap()[0].created_at_ms;
    assert_eq!(created, Some(1_772_366_400_000));
}

#[tokio::test]
async fn a_destroy_may_be_repeated_until_the_machine_is_gone() {
    let clock = ManualClock::default();
    let cloud = FakeCloud::start(clock.clone()).await;
    let provider = cloud_provider(cloud_settings(&cloud));
    let offer = provider.offers().await.unwrap().remove(0);
    let machine = provider.create(&order(Uuid::from_u128(1), offer)).await.unwrap();

    cloud.fail_deletes([
        DeleteFault::Refused(CloudRefusal::Status(500)),
        DeleteFault::Refused(CloudRefusal::Status(422)),
        DeleteFault::Refused(CloudRefusal::Burst(3)),
        DeleteFault::NoEffect,
        DeleteFault::Slow(2),
    ]);
    assert_eq!(kind(provider.destroy(&machine).await), Kind::Unavailable);
    assert_eq!(kind(provider.destroy(&machine).await), Kind::Unavailable);
    assert_eq!(kind(provider.destroy(&machine).await), Kind::Throttled);
    provider.destroy(&machine).await.unwrap();
    assert_eq!(provider.list().await.unwrap().len(), 1);
    clock.advance_ms(3_600_000);
    provider.destroy(&machine).await.unwrap();
    for left in [1, 1, 0, 0] {
        assert_eq!(provider.list().await.unwrap().len(), left);
    }
    assert_eq!(cloud.bill_microusd(), 1_570_000);

    // Gone is what was wanted.
    provider.destroy(&machine).await.unwrap();
    assert_eq!((cloud.alive().len(), cloud.deletes()), (0, 6));
}

#[tokio::test]
async fn a_wrong_token_is_named_and_never_shown() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let secrets =
        DigitalOceanSecrets { token: Secret::new("dop_v1_wrong"), destroy_token: None, hub_token: None };
    let provider = DigitalOceanProvider::new(installation(), cloud_settings(&cloud), secrets).unwrap();
    for error in [provider.offers().await.unwrap_err(), provider.list().await.unwrap_err()] {
        assert_eq!(error.kind, Kind::Unauthorized);
        assert!(
            error.to_string().contains("401 unauthorized: Unable to authenticate you (request "),
            "{error}"
        );
    }
    assert!(!format!("{provider:?}").contains("dop_v1"));
}

#[tokio::test]
async fn a_refused_connection_has_no_effect() {
    let settings = DigitalOceanSettings {
        // Nothing listens there: port 1 needs root and is long forgotten.
        api_url: "http://127.0.0.1:1".to_owned(),
        read_attempts: 1,
        ..DigitalOceanSettings::default()
    };
    let refused = cloud_provider(settings).list().await.unwrap_err();
    assert_eq!(refused.kind, Kind::Unavailable);
    assert!(!refused.to_string().contains(CLOUD_TOKEN));
}

#[tokio::test]
async fn what_is_no_id_never_becomes_a_path() {
    let cloud = FakeCloud::start(ManualClock::default()).await;
    let provider = cloud_provider(cloud_settings(&cloud));
    for reference in ["", "../account", "1?tag_name=x", "-1"] {
        assert_eq!(kind(provider.destroy(&MachineRef(reference.to_owned())).await), Kind::Refused);
    }
    assert_eq!(cloud.deletes(), 0);
}
