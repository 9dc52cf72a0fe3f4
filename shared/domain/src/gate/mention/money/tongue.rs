//! Sets of languages. A number is read within one language: `six` may be English or French, but `six vingt` is French.

/// A set of the languages that number words are known in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tongues(u8);

pub(super) const EN: Tongues = Tongues(1);
pub(super) const ES: Tongues = Tongues(1 << 1);
pub(super) const PT: Tongues = Tongues(1 << 2);
pub(super) const FR: Tongues = Tongues(1 << 3);
pub(super) const DE: Tongues = Tongues(1 << 4);
pub(super) const IT: Tongues = Tongues(1 << 5);
pub(super) const NL: Tongues = Tongues(1 << 6);

impl Tongues {
    /// Every language: what figures are written in.
    pub(super) const ALL: Self = Self(0x7f);

    /// The languages of both sets.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The languages in both sets; none when there is no such language.
    pub(super) const fn and(self, other: Self) -> Option<Self> {
        if self.0 & other.0 == 0 { None } else { Some(Self(self.0 & other.0)) }
    }

    /// True when one of `others` is among them.
    pub(super) const fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}
