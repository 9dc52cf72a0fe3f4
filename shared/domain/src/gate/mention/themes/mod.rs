//! What small businesses refuse, and the many ways of offering it after all, as data.
//!
//! An entry of the facts is a few plain words: `discount`, `late check-out`. Where it belongs to a theme, the paraphrases
//! of the theme are held as well. Folded, in the notation of [`Phrasebook`](crate::text::Phrasebook).

mod money;
mod stay;
mod work;

/// Paraphrases of one thing.
pub(super) struct Theme {
    /// What marks an entry of the facts as one of this theme, beside the phrases themselves.
    pub(super) named_by: &'static [&'static str],
    /// How it is offered.
    pub(super) phrases: &'static [&'static str],
}

/// Every theme. The first is the one whose offers may be an amount and nothing else: `€20 off`.
pub(super) const THEMES: &[Theme] = &[
    money::DISCOUNT,
    money::REFUND,
    money::CREDIT,
    money::CASH,
    money::FREE_NIGHT,
    money::FREE_TRIAL,
    money::FREE_DELIVERY,
    money::FREE_PARKING,
    money::NO_INVOICE,
    money::NO_DEPOSIT,
    money::GUARANTEE,
    money::UPGRADE,
    stay::LATE_CHECK_OUT,
    stay::EARLY_CHECK_IN,
    stay::PETS,
    stay::ROOM_SERVICE,
    stay::EXCLUSIVE_USE,
    stay::ALCOHOL,
    stay::SMOKING,
    stay::PARTIES,
    stay::CHILDREN,
    stay::TRANSFER,
    stay::DRIVER,
    stay::SKIP_THE_LINE,
    work::RAW_FILES,
    work::SAME_DAY,
    work::HOME_VISIT,
    work::WEEKENDS,
    work::OUT_OF_HOURS,
    work::GHOSTWRITING,
    work::ADVICE,
    work::RIGHTS,
    work::UNLIMITED,
    work::NUDITY,
];

/// Where the theme of lower prices stands in [`THEMES`].
pub(super) const DISCOUNT_AT: usize = 0;
