//! A draft as the checks see it.

use std::ops::Range;

use super::{
    code::ViolationCode,
    context::GateContext,
    mention::{
        self, AddressFound, ChannelFound, ContactFound, DateFound, MoneyFound, PaymentFound, PlaceFound,
        Quantity, ServiceFound, Setting, find_addresses, find_channels, find_contacts, find_dates,
        find_money, find_payment, find_places,
    },
    topics::Topics,
    validate::Gate,
    verdict::{Mention, MentionKind, Violation},
};
use crate::{
    facts::Facts,
    text::{Clauses, Letters, PlainText, Polarity, Reading, Signs, Span, View, Word, fold},
};

/// Longest part of the inbound that is searched, in bytes; as long as an inbound may be in characters.
const INBOUND_MAX_BYTES: usize = 16 * 1024;

/// A draft in the forms that checks read, searched once, with what it is measured against.
pub(super) struct Draft<'a> {
    /// The text, plain and original. Numbers are read here.
    pub(super) text: PlainText<'a>,
    /// The ASCII characters that the plain text holds. Folding adds no sign to them.
    pub(super) signs: Signs,
    /// The plain text folded: phrases, names, handles and hosts are read here.
    pub(super) folded: View,
    /// The folded text without what separates letters.
    pub(super) letters: Letters,
    /// The words of the folded text; read them by [`Draft::reading`].
    words: Vec<Word>,
    /// The places it speaks of.
    pub(super) places: Vec<PlaceFound>,
    /// The street addresses it gives.
    pub(super) addresses: Vec<AddressFound>,
    /// The days it speaks of.
    pub(super) dates: Vec<DateFound>,
    /// The contacts it gives away.
    pub(super) contacts: Vec<ContactFound>,
    /// The money it speaks of.
    pub(super) money: Vec<MoneyFound>,
    /// What it may be about, so that checks need not look for what cannot be there.
    pub(super) topics: Topics,
    /// The ways and times of paying it speaks of.
    pub(super) payments: Vec<PaymentFound>,
    /// The ways of talking it speaks of.
    pub(super) channels: Vec<ChannelFound>,
    /// What it speaks of that is never offered.
    pub(super) never_offer: Vec<ServiceFound>,
    /// What it speaks of that is never named in writing.
    pub(super) never_in_writing: Vec<ServiceFound>,
    /// What it is measured against.
    pub(super) facts: &'a Facts,
    /// The same, prepared.
    pub(super) gate: &'a Gate,
    /// Its circumstances.
    pub(super) context: &'a GateContext<'a>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(text: PlainText<'a>, gate: &'a Gate, context: &'a GateContext<'a>) -> Self {
        let signs = Signs::of(text.as_str());
        let folded = fold(text.as_str());
        let letters = Letters::of(&folded);
        let facts = gate.facts();
        let setting = Setting { home: facts.currency, inbound: context.inbound };
        let money = find_money(text.as_str(), setting);
        let topics = Topics::of(folded.as_str());
        let payments = find_payment(folded.as_str(), topics);
        let words = mention::words_of(text.as_str(), &folded);
        let reading = Reading::new(folded.as_str(), &words);
        let places = find_places(&reading);
        let addresses = find_addresses(text.as_str(), &reading);
        let dates = find_dates(&reading);
        let contacts = find_contacts(text.as_str(), &signs, &folded, &reading);
        let channels = find_channels(text.as_str(), &folded, &letters);
        let never_offer = gate.never_offer.find(&folded, &letters, topics);
        let never_in_writing = gate.never_in_writing.find(&folded, &letters, topics);
        Self {
            text,
            signs,
            folded,
            letters,
            words,
            places,
            addresses,
            dates,
            contacts,
            money,
            payments,
            topics,
            channels,
            never_offer,
            never_in_writing,
            facts,
            gate,
            context,
        }
    }

    /// The message it answers, as far as it is searched.
    pub(super) fn inbound(&self) -> Option<&'a str> {
        self.context.inbound.map(|inbound| &inbound[..inbound.floor_char_boundary(INBOUND_MAX_BYTES)])
    }

    /// Its words.
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading::new(self.folded.as_str(), &self.words)
    }

    /// How the thing at a range of the plain text is spoken of.
    pub(super) fn polarity(&self, plain: &Range<usize>) -> Polarity {
        Clauses::of(self.folded.as_str()).polarity(&self.folded.range_of(plain))
    }

    /// True when it answers a question about a price.
    pub(super) fn asks_price(&self) -> bool {
        self.context.inbound.is_some_and(mention::asks_price)
    }

    /// How the thing at a range of the folded text is spoken of.
    pub(super) fn polarity_of_folded(&self, folded: &Range<usize>) -> Polarity {
        Clauses::of(self.folded.as_str()).polarity(folded)
    }

    /// A violation at a range of the plain text.
    pub(super) fn violation(
        &self,
        code: ViolationCode,
        plain: Range<usize>,
        fact: Option<String>,
    ) -> Violation {
        self.violation_at(code, self.text.span(plain), fact)
    }

    /// A violation at a place of the original text.
    pub(super) fn violation_at(&self, code: ViolationCode, span: Span, fact: Option<String>) -> Violation {
        let text = self.text.original()[span.range()].to_owned();
        Violation { code, reason: code.conflict(), span, text, fact }
    }

    /// A violation of the whole draft.
    pub(super) fn violation_of_all(&self, code: ViolationCode, fact: Option<String>) -> Violation {
        self.violation_at(code, Span { start: 0, end: self.text.original().len() }, fact)
    }

    /// Everything it speaks of that facts could license.
    pub(super) fn mentions(&self) -> Vec<Mention> {
        let money = self.money.iter().map(|found| self.money_mention(found));
        let places = self.places.iter().map(|found| self.mention(MentionKind::Place, found.range.clone()));
        let addresses =
            self.addresses.iter().map(|found| self.mention(MentionKind::Place, found.range.clone()));
        let dates = self.dates.iter().map(|found| self.mention(MentionKind::Date, found.range.clone()));
        let contacts =
            self.contacts.iter().map(|found| self.mention(MentionKind::Contact, found.range.clone()));
        let payment = |found: &PaymentFound| {
            self.mention(MentionKind::Payment, self.folded.plain_range(found.range.clone()))
        };
        let payments = self.payments.iter().map(payment);
        let channels = self
            .channels
            .iter()
            .map(|found| self.mention(MentionKind::Channel, self.folded.plain_range(found.folded.clone())));
        let written = money.chain(places).chain(addresses).chain(dates).chain(contacts);
        let services = self.never_offer.iter().chain(&self.never_in_writing);
        let services = services
            .map(|found| self.mention(MentionKind::Service, self.folded.plain_range(found.folded.clone())));
        written.chain(payments).chain(channels).chain(services).collect()
    }

    /// A mention at a range of the plain text.
    fn mention(&self, kind: MentionKind, plain: Range<usize>) -> Mention {
        let span = self.text.span(plain);
        let text = self.text.original()[span.range()].to_owned();
        Mention { kind, span, text, value: None, values: Vec::new(), currency: None, form: None, unit: None }
    }

    fn money_mention(&self, found: &MoneyFound) -> Mention {
        let (kind, currency) = match found.quantity {
            Quantity::Money(currency) => (MentionKind::Money, Some(currency.unwrap_or(self.facts.currency))),
            Quantity::Foreign => (MentionKind::Money, None),
            Quantity::Percent => (MentionKind::Percentage, None),
        };
        let (value, values) = match found.values[..] {
            [value] => (Some(value), Vec::new()),
            _ => (None, found.values.clone()),
        };
        let form = found.form.name().map(str::to_owned);
        Mention {
            value,
            values,
            currency,
            form,
            unit: found.unit(),
            ..self.mention(kind, found.range.clone())
        }
    }
}
