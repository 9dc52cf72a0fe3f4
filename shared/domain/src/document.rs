//! What reading a document of the business has in common, whichever it is: how a refusal names a place, and fits a line.

use std::{borrow::Cow, fmt, marker::PhantomData};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A part of a document that is written with the names of its fields. Serde reads a list in the order of the fields as
/// well, so that a mistake such as `channels = []` would pass for a table with every default.
#[derive(Debug, Default)]
pub(crate) struct Table<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Table<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Table<T>, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Table)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Table<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The path of a field, such as `steps[1].max_chars`.
pub(crate) fn path_of(path: &serde_path_to_error::Path) -> String {
    let text = path.to_string();
    if text == "." { "(top level)".to_owned() } else { text }
}

/// A parser's message in one line; some draw the faulty line and an arrow under it.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its refusals are looked at")]
    struct Document {
        steps: Vec<u32>,
    }

    #[test]
    fn a_refusal_names_its_place_in_one_line() {
        let refused = |text: &str| {
            let document = toml::Deserializer::parse(text).unwrap();
            let error = serde_path_to_error::deserialize::<_, Document>(document).unwrap_err();
            (path_of(error.path()), one_line(&error.inner().to_string()))
        };
        let (path, message) = refused("steps = [1,\n 'two']");
        assert_eq!(path, "steps[1]");
        assert!(message.contains("invalid type") && !message.contains('\n'), "{message}");
        assert_eq!(refused("").0, "(top level)");
    }
}
