//! A draft as the checks see it.

use std::ops::Range;

use super::{
    code::ViolationCode,
    context::GateContext,
    mention::{
        self, MoneyFound, PaymentFound, PlaceFound, Quantity, Setting, find_money, find_payment, find_places,
    },
    validate::Gate,
    verdict::{Mention, MentionKind, Violation},
};
use crate::{
    facts::Facts,
    text::{Clauses, Letters, PlainText, Polarity, Reading, Span, View, Word, fold, words_of},
};

/// A draft in the forms that checks read, searched once, with what it is measured against.
pub(super) struct Draft<'a> {
    /// The text, plain and original. Numbers are read here.
    pub(super) text: PlainText<'a>,
    /// The plain text folded: phrases, names, handles and hosts are read here.
    pub(super) folded: View,
    /// The folded text without what separates letters.
    pub(super) letters: Letters,
    /// The words of the folded text; read them by [`Draft::reading`].
    words: Vec<Word>,
    /// The places it speaks of.
    pub(super) places: Vec<PlaceFound>,
    /// The money it speaks of.
    pub(super) money: Vec<MoneyFound>,
    /// The ways and times of paying it speaks of.
    pub(super) payments: Vec<PaymentFound>,
    /// What it is measured against.
    pub(super) facts: &'a Facts,
    /// The same, prepared.
    pub(super) gate: &'a Gate,
    /// Its circumstances.
    pub(super) context: &'a GateContext<'a>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(text: PlainText<'a>, gate: &'a Gate, context: &'a GateContext<'a>) -> Self {
        let folded = fold(text.as_str());
        let letters = Letters::of(&folded);
        let facts = gate.facts();
        let setting = Setting { home: facts.currency, inbound: context.inbound };
        let money = find_money(text.as_str(), setting);
        let payments = find_payment(folded.as_str());
        let words = words_of(text.as_str(), &folded);
        let places = find_places(&Reading::new(folded.as_str(), &words));
        Self { text, folded, letters, words, places, money, payments, facts, gate, context }
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
        let payment = |found: &PaymentFound| {
            self.mention(MentionKind::Payment, self.folded.plain_range(found.range.clone()))
        };
        money.chain(places).chain(self.payments.iter().map(payment)).collect()
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
