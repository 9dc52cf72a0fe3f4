//! The live screen, in a real terminal: what it shows, that it outlives its database, and that it gives the terminal back.

use std::process::Command;

use prospector_testkit::{Program, TestTerminal, wait_until};
use serde_json::Value;

use crate::{
    house::{House, LONG},
    load::questions,
};

/// A screen that is on, so that nothing is restored by chance.
async fn top(house: &House, columns: u16, rows: u16) -> TestTerminal {
    let mut command = Command::new(Program::built("prospector"));
    command.args(["top", "--every-s", "1"]).current_dir(house.path(""));
    let terminal = TestTerminal::start(&command, columns, rows);
    terminal.wait_for("queues", LONG).await;
    assert!(!terminal.is_restored());
    terminal
}

/// What it wrote last may still be on its way when it has ended.
async fn given_back(terminal: &TestTerminal) {
    wait_until("the terminal is given back", LONG, async || terminal.is_restored().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_screen_follows_what_happens_and_gives_the_terminal_back() {
    let house = House::embedded().await;
    let _up = house.start("up").await;
    let mut terminal = top(&house, 100, 30).await;
    house.hand_in(questions("seen", 3)).await;
    // There is room for the newest events only, and all the others may happen between two looks.
    let shown = terminal.wait_for("candidate.sent", LONG).await;
    assert!(
        shown.contains("classify") && shown.contains("mode go") && shown.contains("leads, epoch"),
        "{shown}"
    );
    house.account().await;
    terminal.wait_for("sent 3", LONG).await;

    terminal.press("?");
    terminal.wait_for("renew now", LONG).await;
    // Too small, then as small as it may be, then large again.
    terminal.resize(40, 10);
    terminal.wait_for("too small", LONG).await;
    terminal.resize(60, 20);
    terminal.wait_for("renew now", LONG).await;
    // The first q closes the help, which lay over this.
    terminal.press("q");
    terminal.wait_for("workers with jobs", LONG).await;
    terminal.resize(120, 40);
    terminal.wait_for("details", LONG).await;
    terminal.press("p");
    terminal.wait_for("paused", LONG).await;

    terminal.press("q");
    assert_eq!(terminal.wait_exit(LONG).await.code(), Some(0));
    given_back(&terminal).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_and_control_c_give_the_terminal_back_too() {
    let house = House::embedded().await;
    let mut terminal = top(&house, 80, 24).await;
    terminal.sigterm();
    assert_eq!(terminal.wait_exit(LONG).await.code(), Some(0));
    given_back(&terminal).await;

    let mut terminal = top(&house, 80, 24).await;
    terminal.press("\u{3}");
    assert_eq!(terminal.wait_exit(LONG).await.code(), Some(0));
    given_back(&terminal).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_database_the_screen_says_so_and_goes_on_by_itself_postgres_redis() {
    let mut house = House::of_servers().await;
    let mut terminal = top(&house, 120, 40).await;
    house.servers().postgres.stop();
    let shown = terminal.wait_for("no data since", LONG).await;
    assert!(shown.contains("settings.changed"), "what is known stays: {shown}");
    house.servers().postgres.restart();
    terminal.wait_for("no scheduler has ever led", LONG).await;
    let _ = house.ask(&["settings", "mode", "draft"]);
    terminal.wait_for("mode draft", LONG).await;
    terminal.press("q");
    assert_eq!(terminal.wait_exit(LONG).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_look_needs_no_terminal_and_the_live_screen_does() {
    let house = House::embedded().await;
    let _ = house.ask(&["enqueue", "How much is a double room?"]);
    let text = house.ask(&["top", "--once"]);
    assert!(
        text.contains("mode go") && text.contains("classify        1") && text.contains("inbound.accepted"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "{text}");
    let json: Value = serde_json::from_str(&house.ask(&["top", "--json"])).unwrap();
    assert_eq!(json["queues"][0]["kind"], "classify");
    assert_eq!((&json["queues"][0]["queued"], &json["mode"]), (&Value::from(1), &Value::from("go")));

    let refused = house.run(&["top"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("this is no terminal") && said.contains("--once"), "{said}");
    // Looking makes no database.
    let missing = house.path("nothing.db");
    let refused = house.run(&["top", "--once", "--database", &format!("sqlite:{}", missing.display())]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!missing.exists());
}
