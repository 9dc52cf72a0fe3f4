//! Exact decimals as JSON numbers, for output that other programs compare by value. Inside, money stays exact; a JSON
//! reader that turns the number into binary floating point does so at its own risk.

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::{Serialize, Serializer};

/// Whole numbers are written as integers, others with the shortest digits that read back as the same number.
struct Exact(Decimal);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0.normalize();
        match (value.scale(), value.to_i64(), value.to_f64()) {
            (0, Some(whole), _) => serializer.serialize_i64(whole),
            (_, _, Some(fraction)) => serializer.serialize_f64(fraction),
            _ => serializer.collect_str(&value),
        }
    }
}

/// For `#[serde(with)]` on an `Option<Decimal>`.
pub(crate) mod one {
    use serde::{Deserialize as _, Deserializer};

    use super::{Decimal, Exact, Serializer};

    #[expect(clippy::ref_option, reason = "serde's `with` hands the field over by reference")]
    pub(crate) fn serialize<S: Serializer>(
        value: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&Exact(*value)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        Option::<Decimal>::deserialize(deserializer)
    }
}

/// For `#[serde(with)]` on a `Vec<Decimal>`.
pub(crate) mod several {
    use serde::{Deserialize as _, Deserializer};

    use super::{Decimal, Exact, Serializer};

    pub(crate) fn serialize<S: Serializer>(values: &[Decimal], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|value| Exact(*value)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Decimal>, D::Error> {
        Vec::<Decimal>::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Sample {
        #[serde(with = "one")]
        one: Option<Decimal>,
        #[serde(with = "several")]
        many: Vec<Decimal>,
    }

    #[test]
    fn numbers_are_written_as_people_wrote_them_and_read_back() {
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        let sample = Sample { one: Some(number("80.00")), many: vec![number("19.99"), number("127.5")] };
        let json = serde_json::to_string(&sample).unwrap();
        assert_eq!(json, r#"{"one":80,"many":[19.99,127.5]}"#);
        let back: Sample = serde_json::from_str(&json).unwrap();
        assert_eq!((back.one, back.many), (sample.one, sample.many));
    }
}
