//! What a template must pass before it enters the canon.

use super::{
    canon::Canon,
    entry::Template,
    key::TemplateKey,
    render::{RenderContext, RenderError, render},
};
use crate::{
    facts::Facts,
    gate::{Gate, GateContext, Setting, Violation, find_money},
    text::PlainText,
};

/// Why a template cannot be used with the facts in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// It gives no text.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// It has an amount typed into it, which would outlive a change of the facts.
    #[error("the amount {0:?} is typed in; write a placeholder such as {{{{ rates[0].price }}}} instead")]
    TypedAmount(String),
    /// Its text does not pass the gate.
    #[error("the text does not pass the gate: {}", details(.0))]
    Gate(Vec<Violation>),
}

/// A template of a canon that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template {key}: {fault}")]
pub struct CanonFault {
    /// Which one.
    pub key: TemplateKey,
    /// What is wrong with it.
    pub fault: TemplateFault,
}

fn details(violations: &[Violation]) -> String {
    let details: Vec<String> = violations.iter().map(|v| format!("{} ({:?})", v.detail(), v.text)).collect();
    details.join(", ")
}

impl Template {
    /// Renders the template with the facts of a gate and measures the text. Returns the text, for a preview.
    ///
    /// # Errors
    /// [`TemplateFault`] when it does not render, has an amount typed in, or does not pass the gate.
    pub fn check(&self, gate: &Gate, context: &RenderContext) -> Result<String, TemplateFault> {
        let facts = gate.facts();
        if let Some(amount) = typed_amount(self.body(), facts) {
            return Err(TemplateFault::TypedAmount(amount));
        }
        let text = render(self, facts, context)?;
        let verdict = gate.validate(&text, &GateContext::default());
        if verdict.ok { Ok(text) } else { Err(TemplateFault::Gate(verdict.violations)) }
    }
}

impl Canon {
    /// Checks every template against the facts in force: when either of them changes, both must still fit.
    ///
    /// # Errors
    /// Every template that cannot be used, in order.
    pub fn check(&self, facts: &Facts, context: &RenderContext) -> Result<(), Vec<CanonFault>> {
        let gate = Gate::new(facts.clone());
        let fault_of = |template: &Template| {
            let fault = template.check(&gate, context).err()?;
            Some(CanonFault { key: template.key(), fault })
        };
        let faults: Vec<CanonFault> = self.templates().filter_map(fault_of).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// The first amount or percentage in what is typed, inside placeholders and out.
fn typed_amount(body: &str, facts: &Facts) -> Option<String> {
    // The marks of placeholders would read as percent signs: `{% if n > 1 %}`.
    let typed = ["{{", "}}", "{%", "%}", "{#", "#}"]
        .iter()
        .fold(body.to_owned(), |text, mark| text.replace(mark, " | "));
    let plain = PlainText::of(&typed);
    let found =
        find_money(plain.as_str(), Setting { home: facts.currency, inbound: None }).into_iter().next()?;
    Some(plain.as_str()[found.range].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{example, gate::ViolationCode};

    fn checked(body: &str) -> Result<String, TemplateFault> {
        let template = Template::new(TemplateKey::PRICE_QUOTE, body).unwrap();
        template.check(&Gate::new(example::facts()), &RenderContext::default())
    }

    #[test]
    fn an_amount_is_never_typed_even_when_it_is_true() {
        for (body, amount) in [
            ("A double room is €90.", "€90"),
            ("It is 90 a night.", "90"),
            ("{{ '€90' }}", "€90"),
            ("30% is due", "30%"),
            ("９０ euros", "90 euros"),
        ] {
            assert_eq!(checked(body), Err(TemplateFault::TypedAmount(amount.to_owned())), "{body}");
        }
        let said = checked("€90").unwrap_err().to_string();
        assert_eq!(
            said,
            r#"the amount "€90" is typed in; write a placeholder such as {{ rates[0].price }} instead"#
        );
        assert_eq!(
            checked("{% if rates | length > 2 %}{{ rates[2].price }}{% endif %} it is").unwrap(),
            "€127.50 it is"
        );
    }

    #[test]
    fn the_text_must_pass_the_gate() {
        let Err(TemplateFault::Gate(violations)) = checked("Hello [NAME], {{ place }}") else {
            panic!("a placeholder")
        };
        assert_eq!(violations[0].code, ViolationCode::Placeholder);
        let said = checked("Hello [NAME]").unwrap_err().to_string();
        assert_eq!(said, r#"the text does not pass the gate: placeholder ("[NAME]")"#);
        assert!(checked(&"long ".repeat(70)).unwrap_err().to_string().contains("max_chars: 320"));
    }

    #[test]
    fn facts_that_no_longer_fit_the_canon_are_told_which_templates_fail() {
        let facts = Facts::parse_toml(&example::FACTS_TOML.replace("parking =", "garage =")).unwrap();
        let faults = example::canon().check(&facts, &RenderContext::default()).unwrap_err();
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["template ⑫: the facts have no `house.parking`"]);
    }
}
