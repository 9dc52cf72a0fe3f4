//! `prospector health`: what a container asks itself.

use prospector_testkit::free_port;

use crate::house::{House, LONG, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_asked_whether_it_can_work() {
    let house = House::embedded().await;
    let mut up = house.start("up").await;
    let said = up.wait_for_line("prospector is up: http://", LONG).await;
    let (_, address) = said.split_once("http://").unwrap();
    let address = address.split_whitespace().next().unwrap();
    let url = format!("http://{address}/health/ready");
    let ready = house.run(&["health", "--url", &url]);
    let said = String::from_utf8(ready.stdout).unwrap();
    assert!(ready.status.success() && said.contains("\"ready\""), "{said}");
    // Without --url the settings say where.
    let elsewhere = tempfile::tempdir().unwrap();
    let ready = run(&elsewhere, &["health"], &[("PROSPECTOR_API__LISTEN", address)]);
    assert!(ready.status.success(), "{ready:?}");

    up.kill9();
    let gone = house.run(&["health", "--url", &url]);
    assert_eq!(gone.status.code(), Some(1), "{gone:?}");
    let said = String::from_utf8(gone.stdout).unwrap();
    assert!(said.contains("does not answer") && said.contains("refused"), "{said}");
    let nobody = house.run(&["health", "--url", &format!("http://127.0.0.1:{}/", free_port())]);
    assert_eq!(nobody.status.code(), Some(1), "{nobody:?}");
    let wrong = house.run(&["health", "--url", "here"]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
}
