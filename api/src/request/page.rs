//! Pages of a list: newest first, continued from where the last page ended.

use std::{fmt::Display, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use crate::problem::{Code, Problem};

/// Items on a page when none are asked for.
const LIMIT_DEFAULT: u16 = 50;
/// Most items on a page.
const LIMIT_MAX: u16 = 200;
/// Longest cursor read, in bytes; ours have about 60.
const CURSOR_MAX_BYTES: usize = 256;
/// Version of what is inside a cursor, so that a cursor of another version is recognised.
const CURSOR_MARK: &str = "1:";

/// How many items a page has: 1 to 200, default 50.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(u16);

/// Where the next page begins: after the item with this key. Opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor(String);

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items, newest first.
    pub(crate) items: Vec<T>,
    /// Give this as `cursor` to get the next page; null on the last one.
    #[schema(examples("MTowMTkyMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMmE"))]
    pub(crate) next_cursor: Option<String>,
}

impl Limit {
    pub(crate) const fn get(self) -> i64 {
        self.0 as i64
    }

    /// How many items to read: one more than shown tells whether there is a next page.
    pub(crate) const fn to_read(self) -> i64 {
        self.get() + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = u16::deserialize(deserializer)?;
        if (1..=LIMIT_MAX).contains(&limit) {
            return Ok(Self(limit));
        }
        Err(de::Error::custom(format!("limit must be 1 to {LIMIT_MAX}, got {limit}")))
    }
}

impl Cursor {
    fn after(key: &impl Display) -> Self {
        Self(key.to_string())
    }

    /// The key of the last item of the page before.
    pub(crate) fn key<K: FromStr>(&self) -> Result<K, Problem> {
        self.0.parse().map_err(|_| Problem::field(Code::InvalidCursor, "cursor", "belongs to another list"))
    }

    fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{CURSOR_MARK}{}", self.0))
    }

    fn decode(text: &str) -> Option<Self> {
        if text.len() > CURSOR_MAX_BYTES {
            return None;
        }
        let inside = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        inside.strip_prefix(CURSOR_MARK).map(|key| Self(key.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| de::Error::custom("it was not given out by this interface"))
    }
}

impl<T> Page<T> {
    /// A page of the first `limit` of `read`, which holds one more when there is a next page.
    pub(crate) fn of<R, K: Display>(
        mut read: Vec<R>,
        limit: Limit,
        key: impl Fn(&R) -> K,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let shown = usize::from(limit.0);
        let more = read.len() > shown;
        read.truncate(shown);
        let next_cursor = read.last().filter(|_| more).map(|last| Cursor::after(&key(last)).encode());
        Self { items: read.into_iter().map(view).collect(), next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cursor_is_given_only_when_there_is_more() {
        let page = |rows: Vec<u32>| Page::of(rows, Limit(2), |row| *row, |row| row);
        assert_eq!(page(vec![9, 8]).next_cursor, None);
        let first = page(vec![9, 8, 7]);
        assert_eq!(first.items, [9, 8]);
        let cursor = Cursor::decode(&first.next_cursor.unwrap()).unwrap();
        assert_eq!(cursor.key::<u32>().unwrap(), 8);
        assert_eq!(cursor.key::<bool>().unwrap_err().code(), Code::InvalidCursor);
    }

    proptest! {
        #[test]
        fn every_key_survives_and_no_text_makes_it_panic(key in "\\PC{0,60}", rubbish in "\\PC*") {
            let cursor = Cursor(key);
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
            let _ = Cursor::decode(&rubbish);
        }
    }
}
