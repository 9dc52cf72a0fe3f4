//! Services that the facts list in plain words, found in any form: other endings, other order, a short form, a paraphrase.

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use super::themes::{DISCOUNT_AT, THEMES};
use crate::{
    gate::{
        phrases::{Phrases, phrases},
        topics::{Topic, Topics},
    },
    text::{Letters, Phrasebook, View, fold, fold_phrase},
};

/// Most words between the words of an entry: `raw unedited files`.
const WORDS_BETWEEN_MAX: usize = 2;

/// A listed service that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceFound {
    /// Which entry of the list.
    pub(crate) entry: usize,
    /// Where, in the folded text.
    pub(crate) folded: Range<usize>,
}

/// The entries of one list of the facts, ready to be looked for.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    book: Phrasebook<(usize, Order)>,
    /// For every theme that an entry belongs to that entry.
    entry_of_theme: BTreeMap<usize, usize>,
    is_empty: bool,
}

/// How the words of an entry stand in a spelling of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// One after the other.
    Close,
    /// As written, with others between.
    Apart,
    /// The last first, with others between: `files in raw`.
    Reversed,
}

static PARAPHRASES: LazyLock<Phrasebook<usize>> = LazyLock::new(|| {
    let rows = THEMES.iter().enumerate();
    Phrasebook::of(rows.flat_map(|(at, theme)| theme.phrases.iter().map(move |phrase| (at, *phrase))))
});

static NAMES: LazyLock<Phrasebook<usize>> = LazyLock::new(|| {
    let rows = THEMES.iter().enumerate();
    Phrasebook::of(rows.flat_map(|(at, theme)| theme.named_by.iter().map(move |phrase| (at, *phrase))))
});

/// An amount taken off: `10% off`, `€20 less`.
static MONEY_OFF: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?: [$€£¥]\ ?[0-9][0-9.,]*
            | [0-9][0-9.,]*\ ?(?: % | [€£$] | euros? | eur | dollars? | bucks | quid | pounds? | percent | per\ cent | pct )
            | (?: five | ten | fifteen | twenty | thirty | forty | fifty | a\ fiver | a\ tenner )
              (?: \ (?: percent | per\ cent | euros? | dollars? | bucks | quid | pounds? ) )? )
            \ (?: off | less | cheaper | discount | reduction | rebate | menos | de\ (?: descuento | desconto | remise | sconto ) | rabatt
                | nachlass | moins | gunstiger | in\ meno ) (?-u:\b)",
    )
});

impl Services {
    /// Prepares the entries of a list.
    pub(crate) fn of(entries: &[String]) -> Self {
        let mut spellings = Vec::new();
        let mut entry_of_theme = BTreeMap::new();
        for (entry, text) in entries.iter().enumerate() {
            let folded = fold_phrase(text);
            spellings
                .extend(spellings_of(&folded).into_iter().map(|(order, phrase)| ((entry, order), phrase)));
            for theme in themes_of(&folded) {
                entry_of_theme.entry(theme).or_insert(entry);
            }
        }
        Self { book: Phrasebook::of(spellings), entry_of_theme, is_empty: entries.is_empty() }
    }

    /// Every entry that a text speaks of, by place.
    pub(crate) fn find(&self, folded: &View, letters: &Letters, topics: Topics) -> Vec<ServiceFound> {
        if self.is_empty {
            return Vec::new();
        }
        let own = self.book.find(folded, letters).into_iter().filter_map(|hit| {
            let (entry, order) = hit.meaning;
            let counts = is_one_thing(&folded.as_str()[hit.range.clone()], order);
            counts.then_some(ServiceFound { entry, folded: hit.range })
        });
        let mut found: Vec<ServiceFound> = own.collect();
        if !self.entry_of_theme.is_empty() {
            let paraphrases = PARAPHRASES.find(folded, letters).into_iter();
            found.extend(paraphrases.filter_map(|hit| {
                let entry = *self.entry_of_theme.get(&hit.meaning)?;
                Some(ServiceFound { entry, folded: hit.range })
            }));
        }
        if let Some(entry) = self.entry_of_theme.get(&DISCOUNT_AT).filter(|_| topics.has(Topic::Less)) {
            let amounts = MONEY_OFF.find_iter(folded.as_str());
            found.extend(amounts.map(|amount| ServiceFound { entry: *entry, folded: amount.range() }));
        }
        merged(found)
    }
}

/// One find for all that overlaps and means the same entry.
fn merged(mut all: Vec<ServiceFound>) -> Vec<ServiceFound> {
    all.sort_by_key(|found| (found.entry, found.folded.start));
    let mut merged: Vec<ServiceFound> = Vec::new();
    for found in all {
        match merged.last_mut() {
            Some(last) if last.entry == found.entry && found.folded.start < last.folded.end => {
                last.folded.end = last.folded.end.max(found.folded.end);
            }
            _ => merged.push(found),
        }
    }
    merged
}

/// The themes that an entry belongs to: those it is a name or a phrase of.
fn themes_of(folded: &str) -> Vec<usize> {
    let view = fold(folded);
    let letters = Letters::of(&view);
    let mut themes: Vec<usize> = [&*NAMES, &*PARAPHRASES]
        .iter()
        .flat_map(|book| book.find(&view, &letters))
        .map(|hit| hit.meaning)
        .collect();
    themes.sort_unstable();
    themes.dedup();
    themes
}

/// The spellings of an entry, in the notation of a phrasebook.
fn spellings_of(folded: &str) -> Vec<(Order, String)> {
    let mut words: Vec<String> = folded.split_whitespace().map(squeezed).collect();
    words.retain(|word| !word.is_empty());
    let Some((last, others)) = words.split_last() else { return Vec::new() };
    let last = group(&all_forms(last));
    let others: Vec<String> = others.iter().map(|word| group(&noun_forms(word))).collect();
    let mut spellings = vec![(Order::Close, others.iter().chain([&last]).cloned().collect::<String>())];
    if let [first] = &others[..] {
        spellings.push((Order::Apart, format!("{first} .. {last}")));
        spellings.push((Order::Reversed, format!("{last} .. {first}")));
    }
    spellings
}

fn squeezed(word: &str) -> String {
    word.chars().filter(|character| character.is_alphanumeric()).collect()
}

fn group(forms: &[String]) -> String {
    format!("({})", forms.join("|"))
}

/// A word in singular and plural.
fn noun_forms(word: &str) -> Vec<String> {
    let one = singular(word);
    let mut forms = vec![word.to_owned(), one.clone(), format!("{one}s")];
    if one.ends_with(['s', 'x', 'z', 'h', 'o']) {
        forms.push(format!("{one}es"));
    }
    if let Some(stem) = one.strip_suffix('y') {
        forms.push(format!("{stem}ies"));
    }
    if let Some(stem) = one.strip_suffix("ife").or_else(|| one.strip_suffix('f')) {
        forms.push(format!("{stem}ves"));
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    let is_plural = word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && word.len() > 3;
    word.strip_suffix('s').filter(|_| is_plural).unwrap_or(word).to_owned()
}

/// A word as noun and as verb: `refund`, `refunds`, `refunded`, `refunding`, `refundable`.
fn all_forms(word: &str) -> Vec<String> {
    let mut forms = noun_forms(word);
    let one = singular(word);
    let stems = [Some(one.as_str()), one.strip_suffix("ing").filter(|stem| stem.len() > 3)];
    for stem in stems.into_iter().flatten().filter(|stem| stem.is_ascii()) {
        let bare = stem.strip_suffix('e').unwrap_or(stem);
        let doubled: String = stem.chars().chain(stem.chars().last()).collect();
        forms.extend([stem.to_owned(), format!("{stem}e"), format!("{bare}es")]);
        for ending in ["ed", "ing", "able"] {
            forms.extend([format!("{bare}{ending}"), format!("{doubled}{ending}")]);
        }
        if let Some(stem) = stem.strip_suffix('y') {
            forms.push(format!("{stem}ied"));
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// True when the words between those of an entry leave it one thing: `raw unedited files`, `files in raw`, but not `free on
/// Friday night`.
fn is_one_thing(said: &str, order: Order) -> bool {
    /// Words that begin another thing.
    const APART: &[&str] = &[
        "a", "an", "and", "or", "but", "is", "are", "was", "were", "be", "to", "from", "in", "on", "at",
        "for", "by", "with", "of", "per", "the", "this", "that", "every", "each", "all", "any", "after",
        "before", "until", "if", "i", "you", "we", "they", "it", "not", "no", "never", "than", "then", "so",
        "as", "because",
    ];
    /// Words that lead from a thing to what it is.
    const REVERSED: &[&str] = &[
        "a", "an", "the", "in", "as", "for", "from", "to", "at", "of", "by", "with", "your", "our", "all",
        "s", "on",
    ];
    if order == Order::Close {
        return true;
    }
    if said.contains([',', ':', '(', ')']) {
        return false;
    }
    let words: Vec<&str> =
        said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let between = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
    between.len() <= WORDS_BETWEEN_MAX
        && between.iter().all(|word| match order {
            Order::Close => true,
            Order::Apart => !APART.contains(word),
            Order::Reversed => REVERSED.contains(word),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::topics::{Topic, Topics};
    use crate::text::PlainText;

    fn found(entries: &[&str], text: &str) -> Vec<String> {
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        let plain = PlainText::of(text);
        let folded = fold(plain.as_str());
        let services =
            Services::of(&entries).find(&folded, &Letters::of(&folded), Topics::of(folded.as_str()));
        services.into_iter().map(|one| folded.as_str()[one.folded].to_owned()).collect()
    }

    #[test]
    fn an_entry_is_found_in_any_form() {
        for (entry, text) in [
            ("raw files", "I'll include the raw files"),
            ("raw files", "a RAW file of each"),
            ("raw files", "r.a.w f.i.l.e.s included"),
            ("raw files", "the raw-files come too"),
            ("raw files", "rаw filеs"),
            ("raw files", "raw unedited files"),
            ("raw files", "your files in raw"),
            ("raw files", "you'll get all the RAWs"),
            ("refund", "you'd be refunded in full"),
            ("refunds", "The refundable part is the deposit"),
            ("late check-out", "a late checkout is fine"),
            ("late check-out", "checking out late is fine"),
            ("private driver", "a private local driver"),
            ("skip-the-line", "we skip the line"),
            ("boat trip", "boat trips on Sunday"),
            ("tattooing", "we tattoo, tattooed or not"),
            ("Überstunden", "gerne uberstunden"),
            ("puppies", "a puppy"),
        ] {
            assert!(!found(&[entry], text).is_empty(), "{entry}: {text}");
        }
    }

    #[test]
    fn paraphrases_are_found() {
        for (entry, text) in [
            ("raw files", "happy to send unedited originals"),
            ("raw files", "every shot from the full memory card"),
            ("discount", "I can knock 10% off"),
            ("discount", "20 euros less for you"),
            ("discounts", "mates' rates for you"),
            ("discount", "I could waive the cleaning fee"),
            ("refund", "you get your money back"),
            ("refund", "we return your deposit"),
            ("same-day edits", "photos back the same day"),
            ("same-day edits", "I'll have them ready tonight"),
            ("private driver", "we arrange a chauffeur"),
            ("skip-the-line", "with priority entry"),
            ("skip-the-line", "no queuing at all"),
            ("late check-out", "you can stay in the room until two"),
            ("early check-in", "you can arrive early"),
            ("free parking", "you can park here for free"),
            ("pets", "your dog is very welcome"),
            ("airport transfer", "we pick you up from the airport"),
            ("breakfast in bed", "I'll bring breakfast to your room"),
            ("exclusive use", "you'll have the whole house to yourselves"),
            ("credit", "you can pay in instalments"),
            ("cash payments", "pagamos en efectivo"),
            ("guarantees", "You will definitely pass"),
            ("upgrade", "we'll bump you up to a suite"),
            ("free night", "the third night is on us"),
            ("home visits", "I can come to your home"),
            ("free trial", "your first lesson is free"),
            ("essay writing", "I'll write your essay for you"),
            ("refund", "te hacemos un reembolso"),
            ("discount", "mit kleinem Rabatt"),
            ("descuentos", "a little discount"),
        ] {
            assert!(!found(&[entry], text).is_empty(), "{entry}: {text}");
        }
    }

    #[test]
    fn other_things_pass() {
        let entries = [
            "raw files",
            "refund",
            "discount",
            "same-day edits",
            "free night",
            "airport transfer",
            "late check-out",
            "private driver",
            "skip-the-line",
        ];
        for text in [
            "I shoot RAW. Then I edit",
            "Wifi is free in every room and the night porter is here until late",
            "Parking is free at night",
            "The files are ready",
            "It is a short walk from the station",
            "Check-out is at eleven",
            "The deposit is nonrefundable",
            "Take your time, the line of shops is lovely",
            "A double room is €90 per night",
            "You find us at 7 Lantern Quay in Galway",
        ] {
            assert_eq!(found(&entries, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn every_theme_is_named_by_an_entry_and_small_enough() {
        assert!(THEMES.iter().all(|theme| !theme.named_by.is_empty() && !theme.phrases.is_empty()));
        assert!(themes_of("discount").contains(&DISCOUNT_AT));
        assert!(PARAPHRASES.spellings() < 25_000, "{}", PARAPHRASES.spellings());
    }

    proptest::proptest! {
        #[test]
        fn no_phrase_of_money_off_is_passed_over(text in MONEY_OFF.examples()) {
            let from = Topics::of(&text).has(Topic::Less).then_some(0);
            proptest::prop_assert!(MONEY_OFF.is_found_by(&text, from));
        }
    }
}
