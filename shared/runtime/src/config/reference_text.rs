//! The list of settings as a page for people.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    load::Config,
    reference::{SectionNote, SettingNote},
};

const HEAD: &str = "\
# Settings

<!-- Made from the code by `cargo run -- config reference > docs/config.md`; a test compares the two. -->

One TOML file, then variables, then flags: each wins over the one before. The file is the one named by `--config`, else by
`PROSPECTOR_CONFIG`, else `./prospector.toml` where it exists. `prospector config example` prints one with every setting,
`prospector config show` what is in force here and where it was set, `prospector config reference --json` this list for
programs.

Beside these, `GPU_INFERENCE_URL` and `GPU_INFERENCE_KEY` name a model server that is simply there, and its key; other secrets
are in the variables that `engine.tokens` and `sinks.<name>.secret_env` name.

`<name>` stands for a name of your own. Unknown settings and values outside their range are refused at start. Lists can only be
written in the file.
";

impl Config {
    /// [`Config::reference`] as Markdown.
    #[must_use]
    pub fn reference_markdown() -> String {
        let mut page = HEAD.to_owned();
        for section in Self::reference() {
            write_section(&mut page, &section);
        }
        page
    }
}

fn write_section(page: &mut String, section: &SectionNote) {
    let title = match section.path.strip_suffix("[]") {
        _ if section.path.is_empty() => "Before the first table".to_owned(),
        Some(list) => format!("`[[{list}]]`"),
        None => format!("`[{}]`", section.path),
    };
    let _ = write!(page, "\n## {title}\n\n");
    if !section.meaning.is_empty() && !section.path.is_empty() {
        let _ = write!(page, "{}\n\n", section.meaning);
    }
    for setting in &section.settings {
        write_setting(page, setting);
    }
}

fn write_setting(page: &mut String, setting: &SettingNote) {
    let _ = write!(page, "- **`{}`**: {}", setting.path, setting.kind);
    if !setting.choices.is_empty() {
        let values: Vec<String> =
            setting.choices.iter().map(|choice| format!("`{}`", choice.value)).collect();
        let _ = write!(page, " {}", values.join(", "));
    }
    if let Some(unit) = setting.unit {
        let _ = write!(page, ", {unit}");
    }
    if let Some((low, high)) = &setting.range {
        let _ = write!(page, ", {} to {}", grouped(low), grouped(high));
    }
    let _ = match (&setting.default, setting.required) {
        (_, true) => write!(page, "; required"),
        (Value::Null, _) => write!(page, "; no default"),
        (default, _) => write!(page, "; default `{}`", as_toml(default)),
    };
    let _ = match &setting.variable {
        Some(variable) => writeln!(page, "; `{variable}`"),
        None => writeln!(page),
    };
    let _ = writeln!(page, "  <br>{}", setting.meaning);
    for choice in setting.choices.iter().filter(|choice| !choice.meaning.is_empty()) {
        let _ = writeln!(page, "  <br>`{}`: {}", choice.value, choice.meaning);
    }
}

/// As it is written in the file.
fn as_toml(value: &Value) -> String {
    let Some(table) = value.as_object() else { return value.to_string() };
    table.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
}

/// `3600000` as `3,600,000`.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    if digits.contains('.') {
        return number.to_owned();
    }
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_the_docs_is_what_the_code_says() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/config.md");
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            kept == Config::reference_markdown(),
            "docs/config.md is out of date; renew it with `cargo run -- config reference > docs/config.md`"
        );
    }

    #[test]
    fn numbers_are_grouped_and_tables_written_as_in_the_file() {
        assert_eq!(["100", "1000", "-3600000", "0.5"].map(grouped), ["100", "1,000", "-3,600,000", "0.5"]);
        assert_eq!(as_toml(&serde_json::json!({"whatsapp": 5})), "whatsapp = 5");
        assert_eq!(as_toml(&serde_json::json!(["a"])), "[\"a\"]");
    }
}
