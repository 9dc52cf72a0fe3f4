//! JSON schemas that both vLLM and llama.cpp turn into a grammar: no references, nothing beside what is named, closed
//! lists as `enum`, and no words that only people read.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Longest `maxLength` that is put into a schema: llama.cpp refuses grammars with more than 2,000 repetitions.
/// Longer texts are measured after they were written.
pub const MAX_LENGTH_MAX: u32 = 2_000;

/// How much later than asked a grammar ends a text, in characters. A grammar lets pass only tokens that still fit
/// whole, so that it ends a text up to the length of a token early; the longest words among tokens have about 30
/// letters.
const TEXT_SLACK_CHARS: u32 = 64;

/// Words of a schema that mean nothing to a grammar, or not the same to every server.
const DROPPED: [&str; 8] =
    ["$schema", "title", "description", "format", "default", "examples", "deprecated", "readOnly"];
/// Words of a schema that one of the servers refuses or ignores.
const REFUSED: [&str; 7] =
    ["$ref", "not", "if", "patternProperties", "unevaluatedProperties", "allOf", "prefixItems"];

/// Why a type has no schema that every server understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schema of {type_name} needs `{keyword}`, which not every server understands")]
pub struct SchemaError {
    /// The type.
    pub type_name: &'static str,
    /// The word it cannot do without.
    pub keyword: &'static str,
}

/// The schema of a type.
///
/// Fields come in the order in which the type declares them, which is the order in which a model writes them: put what
/// is to be thought over before what follows from it. Every field is asked for, also those that may be null.
///
/// # Errors
/// When the type is recursive, or needs something else that not every server understands.
pub fn portable_schema<T: JsonSchema>() -> Result<Value, SchemaError> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    match portable(&mut schema) {
        Ok(()) => Ok(schema),
        Err(keyword) => Err(SchemaError { type_name: std::any::type_name::<T>(), keyword }),
    }
}

/// A text that a grammar ends at `max_chars` characters, in the middle of a word if need be: for notes, not for texts
/// that somebody gets.
#[must_use]
pub fn note_schema(max_chars: u32) -> Value {
    if max_chars > MAX_LENGTH_MAX {
        return json!({"type": "string", "minLength": 1});
    }
    json!({"type": "string", "minLength": 1, "maxLength": max_chars})
}

/// A text of at most `max_chars` characters that is whole: the grammar ends it 64 characters later, so that a text
/// which was cut is also one that is too long. Above 1,936 characters there is no room for that in a grammar, and the
/// text is only measured after it was written.
#[must_use]
pub fn text_schema(max_chars: u32) -> Value {
    note_schema(max_chars.saturating_add(TEXT_SLACK_CHARS))
}

/// One of a closed list of texts.
#[must_use]
pub fn choice_schema<'a>(choices: impl IntoIterator<Item = &'a str>) -> Value {
    json!({"type": "string", "enum": choices.into_iter().collect::<Vec<_>>()})
}

/// An object with exactly these fields, all of them, in this order.
#[must_use]
pub fn object_schema(fields: impl IntoIterator<Item = (String, Value)>) -> Value {
    let fields: Map<String, Value> = fields.into_iter().collect();
    let names: Vec<&String> = fields.keys().collect();
    json!({"type": "object", "required": names, "additionalProperties": false, "properties": fields})
}

fn portable(schema: &mut Value) -> Result<(), &'static str> {
    let Value::Object(object) = schema else { return Ok(()) };
    if let Some(keyword) = REFUSED.into_iter().find(|keyword| object.contains_key(*keyword)) {
        return Err(keyword);
    }
    object.retain(|keyword, _| !DROPPED.contains(&keyword.as_str()));
    if object.get("type").is_some_and(|kind| kind == "number") {
        // Bounds of fractions are understood by none of the grammars of today.
        object.retain(|keyword, _| keyword != "minimum" && keyword != "maximum");
    }
    split_types(object);
    if let Some(value) = object.remove("const") {
        object.insert("enum".to_owned(), json!([value]));
    }
    for keyword in ["properties", "items", "additionalProperties", "anyOf", "oneOf"] {
        match object.get_mut(keyword) {
            Some(Value::Array(schemas)) => schemas.iter_mut().try_for_each(portable)?,
            Some(Value::Object(schemas)) if keyword == "properties" => {
                schemas.values_mut().try_for_each(portable)?;
            }
            Some(one) => portable(one)?,
            None => {}
        }
    }
    merge_choices(object);
    if let Some(Value::Object(fields)) = object.get("properties") {
        let names: Vec<String> = fields.keys().cloned().collect();
        object.insert("required".to_owned(), json!(names));
        object.insert("additionalProperties".to_owned(), json!(false));
    }
    Ok(())
}

/// `"type": ["string", "null"]` as a choice between two schemas, which more servers know.
fn split_types(object: &mut Map<String, Value>) {
    let Some(Value::Array(kinds)) = object.get("type").cloned() else { return };
    let rest = std::mem::take(object);
    let one = |kind: Value| {
        let mut schema = if kind == "null" { Map::new() } else { rest.clone() };
        schema.insert("type".to_owned(), kind);
        Value::Object(schema)
    };
    object.insert("anyOf".to_owned(), kinds.into_iter().map(one).collect());
}

/// An enum whose variants have docs comes as a list of schemas with one text each: back to one list of texts.
fn merge_choices(object: &mut Map<String, Value>) {
    let Some(Value::Array(schemas)) = object.get("oneOf") else { return };
    let texts = |schema: &Value| match (schema.get("type"), schema.get("enum")) {
        (Some(kind), Some(Value::Array(texts))) if kind == "string" => Some(texts.clone()),
        _ => None,
    };
    match schemas.iter().map(texts).collect::<Option<Vec<_>>>() {
        Some(choices) => {
            object.remove("oneOf");
            object.insert("type".to_owned(), json!("string"));
            object.insert("enum".to_owned(), choices.concat().into());
        }
        None => {
            // Exactly one of several is more than a grammar can promise.
            let schemas = object.remove("oneOf").expect("it was there a moment ago");
            object.insert("anyOf".to_owned(), schemas);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How sure one is.
    #[derive(JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    enum Sure {
        /// Very.
        Very,
        /// Not.
        NotAtAll,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Answer {
        /// Comes first.
        why: String,
        count: Option<u32>,
        share: f64,
        sure: Sure,
        maybe: Option<Sure>,
        parts: Vec<Part>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Part {
        #[schemars(length(max = 20))]
        name: String,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Tree {
        branches: Vec<Tree>,
    }

    #[test]
    fn what_every_server_understands() {
        insta::assert_json_snapshot!(portable_schema::<Answer>().unwrap());
    }

    #[test]
    fn a_tree_has_no_portable_schema() {
        let said = portable_schema::<Tree>().unwrap_err().to_string();
        assert!(said.contains("Tree needs `$ref`"), "{said}");
    }

    #[test]
    fn a_long_text_is_measured_afterwards() {
        assert_eq!(
            (&note_schema(320)["maxLength"], &text_schema(320)["maxLength"]),
            (&json!(320), &json!(384))
        );
        let bound = |schema: Value| schema.get("maxLength").and_then(Value::as_u64);
        assert_eq!((bound(note_schema(2_000)), bound(note_schema(2_001))), (Some(2_000), None));
        // A bound without its slack would end a text in the middle without anybody noticing.
        assert_eq!((bound(text_schema(1_936)), bound(text_schema(1_937))), (Some(2_000), None));
    }
}
