//! A draft as the checks see it.

use std::ops::Range;

use super::{
    code::ViolationCode,
    context::GateContext,
    mention::{MoneyFound, find_money},
    plain::PlainText,
    verdict::{Span, Violation},
};
use crate::facts::Facts;

/// A draft, made plain once and searched once, with what it is measured against.
pub(super) struct Draft<'a> {
    /// The text, plain and original.
    pub(super) text: PlainText<'a>,
    /// The money it speaks of.
    pub(super) money: Vec<MoneyFound>,
    /// What it is measured against.
    pub(super) facts: &'a Facts,
    /// Its circumstances.
    pub(super) context: &'a GateContext<'a>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(body: &'a str, facts: &'a Facts, context: &'a GateContext<'a>) -> Self {
        let text = PlainText::of(body);
        let money = find_money(text.as_str(), facts.currency);
        Self { text, money, facts, context }
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
}
