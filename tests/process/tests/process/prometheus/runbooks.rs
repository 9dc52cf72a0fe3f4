//! What the pages of the runbook tell people to type and to look at is there.

use std::{collections::BTreeSet, path::Path, process::Command};

use prospector_testkit::Program;

use super::expressions::{dashboards, deployed, text_of};

/// Every page, with its name.
fn pages() -> Vec<(String, String)> {
    let folder = deployed().join("../docs/runbooks");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<(String, String)> =
        paths.map(|path| (name_of(&path), std::fs::read_to_string(&path).unwrap())).collect();
    pages.sort();
    pages
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The words of every command of ours that a page names, in code or in a console.
fn commands(page: &str) -> Vec<Vec<String>> {
    let ends = ['`', '\n', '#', '|'];
    let after = page.split("prospector ").skip(1).zip(page.split("prospector "));
    after
        .filter(|(_, before)| before.ends_with('`') || before.ends_with("$ "))
        .map(|(after, _)| after.split(ends).next().unwrap().split_whitespace().map(str::to_owned).collect())
        .collect()
}

fn help(words: &[&str]) -> (bool, String) {
    let output = Command::new(Program::built("prospector")).args(words).arg("--help").output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn commands_of_runbooks_exist_with_their_options() {
    let mut seen = BTreeSet::new();
    for (page, text) in pages() {
        for command in commands(&text) {
            let options = command.iter().filter(|word| word.starts_with("--"));
            // What stands for an id or a file is upper case; all else before the first option is a command or its value.
            let plain = |word: &&str| {
                !word.starts_with("--") && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
            };
            let words: Vec<&str> = command.iter().map(String::as_str).take_while(plain).collect();
            let (known, said) = help(&words);
            assert!(known, "{page}: {command:?}");
            for option in options {
                assert!(said.contains(option.as_str()), "{page}: {command:?} has no {option}");
            }
            seen.insert(command);
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn runbooks_name_dashboards_and_panels_that_are_there_and_pages_that_can_be_read() {
    let mut titles = BTreeSet::new();
    for dashboard in dashboards() {
        titles.insert(text_of(&dashboard.json["title"]).trim_start_matches("Prospector / ").to_owned());
        titles.extend(dashboard.panels().into_iter().map(|panel| text_of(&panel["title"]).to_owned()));
    }
    let pages = pages();
    for (page, text) in &pages {
        let text = text.replace("**", "").split_whitespace().collect::<Vec<_>>().join(" ");
        for title in text.split('*').skip(1).step_by(2) {
            assert!(titles.contains(title), "{page}: nothing is called {title:?}");
        }
        for link in text.split("](").skip(1).map(|after| after.split(')').next().unwrap()) {
            assert!(pages.iter().any(|(name, _)| name == link), "{page}: there is no {link}");
        }
    }
}
