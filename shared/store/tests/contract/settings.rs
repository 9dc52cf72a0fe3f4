//! Settings, engine builds and sinks.

use prospector_domain::{engine::EngineId, event::EventKind, mode::Mode, workflow::Mission};
use prospector_store::{NewEngineBuild, Refusal, SettingChange, StoreError};

use crate::{contract, world::World};

contract![
    a_new_installation_sends_nothing_by_itself,
    changes_are_made_all_or_none,
    a_mission_of_an_older_form_is_a_goal,
    the_most_restrictive_mode_binds_a_thread,
    an_engine_needs_a_build,
    a_build_never_changes,
    a_sink_is_disabled_until_it_is_enabled,
];

fn invalid_field(error: StoreError) -> String {
    match error {
        StoreError::Refused(Refusal::Invalid { field, .. }) => field,
        other => panic!("{other}"),
    }
}

fn engine() -> EngineId {
    "do-gpu-mistral-nemo-12b-uncensored_2026-06-29.1".parse().unwrap()
}

async fn a_new_installation_sends_nothing_by_itself(world: World) {
    let settings = world.store.settings().await.unwrap();
    assert_eq!((settings.mode, settings.draft_engine), (Mode::Draft, EngineId::Template));
    assert!(settings.channel_modes.is_empty() && settings.mission == Mission::default());
}

async fn changes_are_made_all_or_none(world: World) {
    let before = world.dump().await;
    let changes = [SettingChange::Mode(Mode::Go), SettingChange::DraftEngine(engine())];
    let refused = world.store.change_settings(world.now(), "Quinn", &changes).await.unwrap_err();
    assert_eq!(invalid_field(refused), "draft_engine");
    assert_eq!(world.dump().await, before);

    let slots = vec!["family room, Saturday".to_owned()];
    let mission = Mission::new(Some("Fill the weekend".to_owned()), slots, None).unwrap();
    let changes = [
        SettingChange::Mode(Mode::Go),
        SettingChange::ChannelMode("whatsapp".to_owned(), Some(Mode::Draft)),
        SettingChange::Mission(mission.clone()),
    ];
    let after = world.store.change_settings(world.now(), "Quinn", &changes).await.unwrap();
    assert_eq!(after, world.store.settings().await.unwrap());
    assert_eq!(after.channel_modes["whatsapp"], Mode::Draft);
    assert_eq!(after.mission, mission);
    let events = world.store.events_after(0, None, 10, world.now().plus_ms(9_000)).await.unwrap();
    assert!(events.iter().all(|event| event.kind == EventKind::SettingChanged) && events.len() == 3);
    assert!(events.iter().all(|event| !event.data.to_string().contains("weekend")), "{events:?}");
    let taken_away =
        [SettingChange::ChannelMode("whatsapp".to_owned(), None), SettingChange::Mission(Mission::default())];
    let after = world.store.change_settings(world.now(), "Quinn", &taken_away).await.unwrap();
    assert!(after.channel_modes.is_empty() && after.mission == Mission::default());
    let kept = world.raw().await.texts("SELECT name FROM settings WHERE name = 'mission'").await;
    assert_eq!(kept, [""; 0], "nothing is left of it");
}

async fn a_mission_of_an_older_form_is_a_goal(world: World) {
    let put = async |text: &str| {
        world.raw().await.execute("DELETE FROM settings WHERE name = 'mission'").await;
        let row = format!(
            "INSERT INTO settings (name, value, changed_by, changed_at_ms) VALUES ('mission', '{text}', 'Quinn', 1)"
        );
        world.raw().await.execute(row).await;
        world.store.settings().await.map(|settings| settings.mission)
    };
    let goal = |text: &str| Mission::new(Some(text.to_owned()), Vec::new(), None).unwrap();
    assert_eq!(put("Fill the weekend").await.unwrap(), goal("Fill the weekend"));
    assert_eq!(put(" 7 rooms are free\n").await.unwrap(), goal("7 rooms are free"));
    assert_eq!(put("7").await.unwrap(), goal("7"), "not every text that is JSON is a mission");
    assert_eq!(put("{rooms}").await.unwrap(), goal("{rooms}"));
    for odd in [&"x".repeat(301), "two\nlines", r#"{"gaol": "x"}"#, r#"{"goal": ""}"#] {
        let refused = put(odd).await.unwrap_err();
        assert!(matches!(&refused, StoreError::BadRow { table: "settings", .. }), "{refused}");
    }
    // A new one repairs it.
    let changes = [SettingChange::Mission(goal("Fill the weekend"))];
    let after = world.store.change_settings(world.now(), "Quinn", &changes).await.unwrap();
    assert_eq!(after.mission, goal("Fill the weekend"));
}

async fn the_most_restrictive_mode_binds_a_thread(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.set_mode(Mode::Go).await;
    let sms = [SettingChange::ChannelMode("sms".to_owned(), Some(Mode::Draft))];
    let settings = world.store.change_settings(world.now(), "Quinn", &sms).await.unwrap();
    let thread = world.store.thread(receipt.thread_id, 1).await.unwrap().unwrap().thread;
    assert_eq!(settings.mode_of(&thread), Mode::Draft);
    let thread =
        world.store.set_thread_mode(world.now(), thread.id, Some(Mode::Pause), "Quinn").await.unwrap();
    assert_eq!(settings.mode_of(&thread), Mode::Pause);
}

pub(crate) fn new_build(engine: EngineId, served_model_name: &str, weights_digest: &str) -> NewEngineBuild {
    NewEngineBuild {
        engine,
        served_model_name: served_model_name.to_owned(),
        weights_digest: weights_digest.to_owned(),
        weights_source: None,
    }
}

async fn an_engine_needs_a_build(world: World) {
    let by = "Quinn";
    let build = new_build(engine(), "mistral-nemo", "sha256:00");
    world.store.register_engine_build(world.now(), by, &build).await.unwrap();
    let change = [SettingChange::DraftEngine(engine())];
    let settings = world.store.change_settings(world.now(), by, &change).await.unwrap();
    assert_eq!(settings.draft_engine, engine());
    let back = [SettingChange::DraftEngine(EngineId::Template)];
    let settings = world.store.change_settings(world.now(), by, &back).await.unwrap();
    assert_eq!(settings.draft_engine, EngineId::Template);
}

async fn a_build_never_changes(world: World) {
    let store = &world.store;
    let register =
        async |by: &str, build: &NewEngineBuild| store.register_engine_build(world.now(), by, build).await;
    let hub = |source: &str| NewEngineBuild {
        weights_source: Some(source.to_owned()),
        ..new_build(engine(), "nemo", "sha256:00")
    };
    let build = hub("hf:quinn/nemo");
    let first = register("Quinn", &build).await.unwrap();
    assert_eq!(first.weights_source.as_deref(), Some("hf:quinn/nemo"));
    world.pass_ms(1_000);
    assert_eq!(register("Robin", &build).await.unwrap(), first);
    let others = [
        NewEngineBuild { served_model_name: "other".to_owned(), ..build.clone() },
        NewEngineBuild { weights_digest: "sha256:01".to_owned(), ..build.clone() },
        NewEngineBuild { weights_source: None, ..build.clone() },
        hub("hf:robin/nemo"),
    ];
    for other in others {
        let refused = register("Quinn", &other).await;
        assert!(matches!(refused, Err(StoreError::Refused(Refusal::Reused { .. }))), "{refused:?}");
    }
    assert_eq!(store.engine_builds().await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(store.engine_build(&engine()).await.unwrap(), Some(first));
    assert_eq!(store.engine_build(&EngineId::Template).await.unwrap(), None);
    for (wrong, field) in [
        (new_build(EngineId::Template, "nemo", "sha256:00"), "engine"),
        (new_build(engine(), " ", "sha256:00"), "served_model_name"),
        (new_build(engine(), "nemo", ""), "weights_digest"),
        (hub(&"x".repeat(1_025)), "weights_source"),
    ] {
        assert_eq!(invalid_field(register("Quinn", &wrong).await.unwrap_err()), field);
    }
}

async fn a_sink_is_disabled_until_it_is_enabled(world: World) {
    let store = &world.store;
    assert_eq!(store.sinks().await.unwrap(), []);
    store.enable_sink(world.now(), "main", "Quinn").await.unwrap();
    store.disable_sink(world.now(), "main", "410 Gone").await.unwrap();
    let disabled_at = world.now();
    world.pass_ms(5);
    store.disable_sink(world.now(), "main", "410 again").await.unwrap();
    let sinks = store.sinks().await.unwrap();
    assert_eq!(sinks.len(), 1);
    assert_eq!((sinks[0].name.as_str(), sinks[0].disabled_at_ms), ("main", Some(disabled_at)));
    assert_eq!(sinks[0].reason.as_deref(), Some("410 Gone"));
    store.enable_sink(world.now(), "main", "Quinn").await.unwrap();
    let sinks = store.sinks().await.unwrap();
    assert_eq!((sinks[0].disabled_at_ms, sinks[0].reason.clone()), (None, None));
    assert_eq!(world.trail().await, [EventKind::SinkDisabled, EventKind::SinkEnabled]);
}
