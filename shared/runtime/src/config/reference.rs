//! The list of every setting, made from the types that hold them: names, kinds and meaning from their schema and its doc
//! comments, defaults from the example file, which a test keeps equal to the defaults, and ranges from the checks
//! themselves. A new setting is in the list without anybody adding it.

use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{layers, load::Config, reference_probe as probe};

/// What stands for the name of an entry in a table whose names are the operator's.
pub(super) const ANY_NAME: &str = "<name>";

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SettingNote {
    /// Its full name, such as `api.listen`. `<name>` stands for a name that the operator gives, `[]` for each table of a
    /// list.
    pub path: String,
    /// The variable that sets it, in which `<NAME>` stands for such a name. None for lists: a variable is one text.
    pub variable: Option<String>,
    /// What kind of value it takes, such as `text` or `whole number`.
    pub kind: String,
    /// What a number counts, such as `milliseconds`, by the end of its name.
    pub unit: Option<&'static str>,
    /// The values it may have, where they are few.
    pub choices: Vec<Choice>,
    /// Least and greatest number, as its check says.
    pub range: Option<(String, String)>,
    /// What it is when nobody sets it; null when there is nothing.
    pub default: Value,
    /// True when its table cannot do without it.
    pub required: bool,
    /// What it means.
    pub meaning: String,
}

/// One of few values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What it means.
    pub meaning: String,
}

/// A table of settings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionNote {
    /// Its full name; empty for the settings that stand before the first table.
    pub path: String,
    /// What it is for.
    pub meaning: String,
    /// Its own settings, those of tables in it left out.
    pub settings: Vec<SettingNote>,
}

impl Config {
    /// Every setting there is, table by table, in the order of the types. Fail-points are left out: they are for tests.
    #[must_use]
    pub fn reference() -> Vec<SectionNote> {
        let schema =
            SchemaSettings::default().for_serialize().into_generator().into_root_schema_for::<Self>();
        let root = schema.to_value();
        let example: toml::Table =
            Self::example_toml().parse().expect("the example is TOML, as a test shows");
        let defaults = serde_json::to_value(example).expect("TOML without dates has a JSON form");
        let mut walk = Walk { root: &root, defaults: &defaults, sections: Vec::new() };
        walk.table("", &root, "");
        walk.sections.retain(|section| !section.settings.is_empty());
        walk.sections
    }
}

struct Walk<'a> {
    root: &'a Value,
    defaults: &'a Value,
    sections: Vec<SectionNote>,
}

impl<'a> Walk<'a> {
    /// Takes a table down, and the tables in it after it.
    fn table(&mut self, path: &str, schema: &'a Value, meaning: &str) {
        let at = self.sections.len();
        self.sections.push(SectionNote {
            path: path.to_owned(),
            meaning: meaning.to_owned(),
            settings: Vec::new(),
        });
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = join(path, name);
            // What is resolved always has a value; only where the names are the operator's must some be given.
            let required = path.contains(ANY_NAME) && required.contains(&name.as_str());
            self.property(at, &path, property, required);
        }
    }

    fn property(&mut self, at: usize, path: &str, property: &'a Value, required: bool) {
        let own_words = words(property);
        let schema = self.resolve(property);
        let meaning = if own_words.is_empty() { words(schema) } else { own_words };
        if schema["properties"].is_object() {
            // The words of a table's type say more than those of the field that holds it.
            let said = words(schema);
            return self.table(path, schema, if said.is_empty() { &meaning } else { &said });
        }
        if schema["additionalProperties"].is_object() {
            let path = join(path, ANY_NAME);
            let entry = self.resolve(&schema["additionalProperties"]);
            if entry["properties"].is_object() {
                return self.table(&path, entry, &words(entry));
            }
            return self.setting(at, &path, entry, meaning, false);
        }
        let items = self.resolve(&schema["items"]);
        if items["properties"].is_object() {
            return self.table(&format!("{path}[]"), items, &meaning);
        }
        self.setting(at, path, schema, meaning, required);
    }

    fn setting(&mut self, at: usize, path: &str, schema: &'a Value, meaning: String, required: bool) {
        let kind = self.kind(schema);
        let is_list = path.contains("[]") || schema["type"] == "array";
        let default = match self.default(path) {
            Value::Null => schema.get("default").cloned().unwrap_or(Value::Null),
            found => found,
        };
        let is_number = kind.ends_with("number");
        self.sections[at].settings.push(SettingNote {
            path: path.to_owned(),
            variable: (!is_list).then(|| layers::variable_name(path)),
            unit: is_number.then(|| unit(path)).flatten(),
            range: if is_number { probe::range(path, &schema["format"], kind == "number") } else { None },
            choices: choices(schema),
            kind,
            default,
            required,
            meaning,
        });
    }

    /// Follows references, and looks through "or nothing".
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let target = schema["$ref"].as_str().and_then(|to| self.root.pointer(to.trim_start_matches('#')));
        if let Some(target) = target {
            return self.resolve(target);
        }
        let something =
            schema["anyOf"].as_array().and_then(|any| any.iter().find(|one| one["type"] != "null"));
        something.map_or(schema, |something| self.resolve(something))
    }

    fn kind(&self, schema: &'a Value) -> String {
        let of = |name: &str| match name {
            "integer" => "whole number",
            "number" => "number",
            "boolean" => "true or false",
            _ => "text",
        };
        if schema["type"] == "array" {
            let item = self.resolve(&schema["items"]);
            return format!("list of {}", of(item["type"].as_str().unwrap_or("string")));
        }
        if !choices(schema).is_empty() {
            return "one of".to_owned();
        }
        let name = match &schema["type"] {
            Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
            name => name.as_str(),
        };
        of(name.unwrap_or("string")).to_owned()
    }

    /// What the example file sets.
    fn default(&self, path: &str) -> Value {
        let (path, is_entry) = path.strip_suffix(ANY_NAME).map_or((path, false), |table| (table, true));
        let parts = path.split('.').filter(|part| !part.is_empty());
        let found = parts.fold(self.defaults, |at, part| match part.strip_suffix("[]") {
            Some(list) => &at[list][0],
            None => &at[part],
        });
        // A table without entries is no default of its entries.
        let is_empty = is_entry && found.as_object().is_none_or(Map::is_empty);
        if is_empty { Value::Null } else { found.clone() }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A doc comment as one paragraph.
fn words(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn choices(schema: &Value) -> Vec<Choice> {
    let choice =
        |value: &Value, meaning| value.as_str().map(|value| Choice { value: value.to_owned(), meaning });
    let described = schema["oneOf"].as_array().into_iter().flatten();
    let plain = schema["enum"].as_array().into_iter().flatten();
    described
        .filter_map(|one| choice(&one["const"], words(one)))
        .chain(plain.filter_map(|one| choice(one, String::new())))
        .collect()
}

/// What a number counts. Names end with their unit.
fn unit(path: &str) -> Option<&'static str> {
    const UNITS: [(&str, &str); 11] = [
        ("_ms", "milliseconds"),
        ("_per_s", "a second"),
        ("_s", "seconds"),
        ("_bytes", "bytes"),
        ("_chars", "characters"),
        ("_days", "days"),
        ("_usd_cents", "US cents"),
        ("_microusd_per_hour", "millionths of a dollar an hour"),
        ("_percent", "percent"),
        ("_tokens", "tokens"),
        ("_per_hour", "an hour"),
    ];
    let name = path.strip_suffix(ANY_NAME).map_or(path, |table| table.trim_end_matches('.'));
    UNITS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, unit)| *unit)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all() -> Vec<SettingNote> {
        Config::reference().into_iter().flat_map(|section| section.settings).collect()
    }

    fn find(path: &str) -> SettingNote {
        all().into_iter().find(|note| note.path == path).unwrap_or_else(|| panic!("{path} is not listed"))
    }

    #[test]
    fn every_setting_has_a_meaning_and_every_number_a_range() {
        let lacking: Vec<String> = all()
            .into_iter()
            .filter(|note| note.meaning.is_empty() || (note.kind.ends_with("number") && note.range.is_none()))
            .map(|note| note.path)
            .collect();
        assert!(lacking.is_empty(), "without a doc comment or a range that is checked: {lacking:?}");
    }

    #[test]
    fn a_default_that_a_doc_comment_names_is_the_one_in_force() {
        for note in all() {
            // `Default: 300 000.` and `default 3,600.`
            let Some((_, said)) = note.meaning.rsplit_once("efault") else { continue };
            let said = said.trim_start_matches([':', ' ']).replace([',', ' '], "");
            let digits: String =
                said.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
            let (Ok(said), Some(is)) = (digits.trim_end_matches('.').parse::<f64>(), note.default.as_f64())
            else {
                continue;
            };
            assert!((said - is).abs() < f64::EPSILON, "{}: {}, but it is {is}", note.path, note.meaning);
        }
    }

    #[test]
    fn whatever_the_example_file_can_hold_is_listed_and_nothing_else() {
        let listed: BTreeSet<String> = all().into_iter().map(|note| note.path).collect();
        let mut written = BTreeSet::new();
        let text = crate::config::example::with_optional_settings();
        paths(
            &serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap(),
            "",
            &listed,
            &mut written,
        );
        // Of the three ways to give a sink its secret the example shows one.
        written.extend(["sinks.<name>.secret".to_owned(), "sinks.<name>.secret_file".to_owned()]);
        // These are empty in the example.
        written.extend(["engine.command.environment.<name>".to_owned()]);
        written.extend(["id", "name"].map(|part| format!("engine.digitalocean.volumes[].{part}")));
        written.remove("engine.digitalocean.volumes");
        assert_eq!(listed, written);
    }

    /// The paths of a file's settings, named as the list names them.
    fn paths(value: &Value, at: &str, listed: &BTreeSet<String>, found: &mut BTreeSet<String>) {
        let is_table = |value: &Value| value.is_object();
        match value {
            Value::Object(table) => {
                for (name, nested) in table {
                    let any = join(at, ANY_NAME);
                    let is_any =
                        listed.iter().any(|path| *path == any || path.starts_with(&format!("{any}.")));
                    paths(nested, &if is_any { any } else { join(at, name) }, listed, found);
                }
            }
            Value::Array(tables) if tables.first().is_some_and(is_table) => {
                paths(&tables[0], &format!("{at}[]"), listed, found);
            }
            _ => drop(found.insert(at.to_owned())),
        }
    }

    #[test]
    fn a_setting_is_described_by_the_code() {
        let note = find("pipeline.quiet_window_max_ms");
        assert_eq!(note.variable.as_deref(), Some("PROSPECTOR_PIPELINE__QUIET_WINDOW_MAX_MS"));
        assert_eq!((note.kind.as_str(), note.unit), ("whole number", Some("milliseconds")));
        assert_eq!(note.range, Some(("8000".to_owned(), "3600000".to_owned())));
        assert_eq!(note.default, Value::from(30_000));
        assert!(note.meaning.starts_with("Longest wait for that quiet"), "{}", note.meaning);

        let provider = find("engine.provider");
        let values: Vec<&str> = provider.choices.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(values, ["none", "static", "command", "script", "digitalocean"]);
        assert_eq!(find("engine.digitalocean.server_port").range, Some(("1024".into(), "65535".into())));
        assert_eq!(find("engine.policy.late_share").range, Some(("0".into(), "0.5".into())));
        assert_eq!(find("engine.script.offers[].region").variable, None);
        let url = find("sinks.<name>.url");
        assert!(url.required && url.variable.as_deref() == Some("PROSPECTOR_SINKS__<NAME>__URL"), "{url:?}");
        assert_eq!(find("pipeline.channel_window_s.<name>").default, serde_json::json!({"whatsapp": 86_400}));
    }
}
