//! The gate's verdict, described. The values themselves are the domain's, whose JSON form is made for programs.

use utoipa::ToSchema;

use super::closed::ViolationCode;

/// What the gate found in a text.
#[derive(ToSchema)]
#[schema(as = Verdict)]
#[expect(dead_code, reason = "only describes the domain's Verdict; a test compares the two")]
pub(crate) struct VerdictSchema {
    /// True when nothing is wrong.
    ok: bool,
    /// What is wrong, in order of appearance.
    violations: Vec<ViolationSchema>,
    /// What the text speaks of that facts could license.
    mentions: Vec<MentionSchema>,
}

/// One thing that is wrong with a text.
#[derive(ToSchema)]
#[schema(as = Violation)]
#[expect(dead_code, reason = "only describes the domain's Violation; a test compares the two")]
pub(crate) struct ViolationSchema {
    /// What is wrong.
    #[schema(value_type = ViolationCode)]
    code: String,
    /// Whether it contradicts the facts or breaks policy.
    #[schema(examples("spec_conflict"))]
    reason: String,
    /// First byte of the place in the text, in UTF-8.
    #[schema(examples(10))]
    start: usize,
    /// One past the last byte.
    #[schema(examples(13))]
    end: usize,
    /// The words there.
    #[schema(examples("€70"))]
    text: String,
    /// The fact it contradicts.
    #[schema(examples("rates[0]: double room €80 per night"))]
    fact: Option<String>,
}

/// Something that a text speaks of.
#[derive(ToSchema)]
#[schema(as = Mention)]
#[expect(dead_code, reason = "only describes the domain's Mention; a test compares the two")]
pub(crate) struct MentionSchema {
    /// What it is, such as `money` or `place`.
    #[schema(examples("money"))]
    kind: String,
    /// First byte of the place in the text, in UTF-8.
    start: usize,
    /// One past the last byte.
    end: usize,
    /// The words there.
    text: String,
    /// Its number, when it has exactly one.
    #[schema(required = false, value_type = f64)]
    value: Option<f64>,
    /// Its numbers, when it has several.
    #[schema(required = false)]
    values: Vec<f64>,
    /// Its currency, when it is money.
    #[schema(required = false)]
    currency: Option<String>,
    /// How exact it is, when it is money and no single amount: `range`, `from`, `up_to`.
    #[schema(required = false)]
    form: Option<String>,
    /// The unit it is charged for, when it is money and one is named.
    #[schema(required = false, examples("night"))]
    unit: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use prospector_domain::{
        example,
        gate::{GateContext, validate_draft},
    };
    use serde_json::Value;
    use utoipa::PartialSchema;

    use super::*;

    fn fields(value: &Value) -> BTreeSet<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    fn described<T: PartialSchema>() -> Value {
        serde_json::to_value(T::schema()).unwrap()["properties"].clone()
    }

    #[test]
    fn the_description_fits_what_is_sent() {
        let verdict = validate_draft("A night is €1,000.", &example::facts(), &GateContext::default());
        let sent = serde_json::to_value(verdict).unwrap();
        assert_eq!(fields(&sent), fields(&described::<VerdictSchema>()));
        assert_eq!(fields(&sent["violations"][0]), fields(&described::<ViolationSchema>()));
        let described = described::<MentionSchema>();
        for field in fields(&sent["mentions"][0]) {
            assert!(described.get(field).is_some(), "{field} is not described");
        }
    }
}
