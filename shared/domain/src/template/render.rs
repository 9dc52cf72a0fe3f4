//! Filling a template from the facts.

use std::{io, sync::LazyLock};

use jiff::civil::Date;
use minijinja::{
    Environment, ErrorKind, UndefinedBehavior, Value, filters,
    tests::{is_defined, is_undefined},
    value::Serde,
};

use super::{
    entry::Template,
    view::{FactsView, VARIABLES, is_variable},
};
use crate::facts::Facts;

/// Longest rendered text, in bytes. The gate asks for far less; this only keeps a loop from filling the memory.
const RENDERED_MAX_BYTES: usize = 16 * 1024;
/// Steps a template may take. The longest example takes about 150.
const FUEL: u64 = 20_000;

/// The syntax and its few filters. A name that the facts do not have is an error and never an empty text.
static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.add_filter("capitalize", filters::capitalize);
    engine.add_filter("first", filters::first);
    engine.add_filter("join", filters::join);
    engine.add_filter("last", filters::last);
    engine.add_filter("length", filters::length);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("upper", filters::upper);
    engine.add_test("defined", is_defined);
    engine.add_test("undefined", is_undefined);
    engine
});

/// What a template may depend on besides the facts. Nothing a guest wrote is part of it.
///
/// A template sees these variables:
/// - `business.name`, `business.owner`;
/// - `rates`, each with `service`, `price` (`€80`), `per` (`night`) and, when there is one, `min_units`;
/// - `deposit` (`€50`, or `30%`), `currency` (`EUR`);
/// - `payment.methods` (`card or cash`), `payment.balance_due` (`on arrival`), `payment.deposit_due`;
/// - `place`, and `location.city` and `location.address` of the same place: the one open on `today`, or else the one
///   that opens next;
/// - `house.<topic>` and `notices.<topic>`, `contacts`.
///
/// Filters are `capitalize`, `first`, `join`, `last`, `length`, `lower`, `upper`; tests are `defined`, `undefined`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenderContext {
    /// The day in the business's zone; without it the first place counts.
    pub today: Option<Date>,
}

/// Why a template gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Not a template.
    #[error("line {line}: {message}")]
    Syntax {
        /// Its line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// It names something that does not exist.
    #[error("there is no variable `{name}`; there are {}", VARIABLES.join(", "))]
    UnknownVariable {
        /// As written.
        name: String,
    },
    /// It names something that the facts at hand do not have.
    #[error("the facts have no `{name}`")]
    MissingFact {
        /// As written, such as `house.sauna`.
        name: String,
    },
    /// It fails while it is filled.
    #[error("line {line}: {message}")]
    Failed {
        /// Its line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// The text grows beyond all measure.
    #[error("the text is longer than {RENDERED_MAX_BYTES} bytes")]
    TooLong,
}

/// Fills a template from the facts. White space at both ends is dropped.
///
/// # Errors
/// [`RenderError`] when it is no template, or needs something the facts do not have. No text is made up in its place.
pub fn render(template: &Template, facts: &Facts, context: &RenderContext) -> Result<String, RenderError> {
    let engine: &Environment<'_> = &ENGINE;
    let compiled = engine
        .template_from_str(template.body())
        .map_err(|error| RenderError::Syntax { line: error.line().unwrap_or(1), message: message(&error) })?;
    let names = sorted(compiled.undeclared_variables(true));
    if let Some(name) = names.iter().find(|name| !is_variable(name)) {
        return Err(RenderError::UnknownVariable { name: name.clone() });
    }
    let view = Value::from(Serde(FactsView::new(facts, context)));
    let mut text = Bounded::default();
    match compiled.render_captured_to(view.clone(), &mut text) {
        Ok(_) => Ok(text.into_string()),
        Err(_) if text.overflowed => Err(RenderError::TooLong),
        Err(error) => Err(explain(&error, &names, &view)),
    }
}

fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_unstable();
    names
}

/// Names what is missing: the engine itself only says where.
fn explain(error: &minijinja::Error, names: &[String], view: &Value) -> RenderError {
    let is_missing = |name: &&String| {
        let found = name.split('.').try_fold(view.clone(), |value, part| value.get_attr(part));
        found.map_or(true, |value| value.is_undefined()) && !name.starts_with("rates")
    };
    if error.kind() == ErrorKind::UndefinedError
        && let Some(name) = names.iter().find(is_missing)
    {
        return RenderError::MissingFact { name: name.clone() };
    }
    RenderError::Failed { line: error.line().unwrap_or(1), message: message(error) }
}

fn message(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// A text that refuses to grow beyond [`RENDERED_MAX_BYTES`].
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    overflowed: bool,
}

impl Bounded {
    fn into_string(self) -> String {
        let text = String::from_utf8(self.bytes).expect("the engine writes whole strings");
        text.trim().to_owned()
    }
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > RENDERED_MAX_BYTES {
            self.overflowed = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{example, template::TemplateKey};

    fn rendered(body: &str) -> Result<String, RenderError> {
        let template = Template::new(TemplateKey::GREETING, body).unwrap();
        render(&template, &example::facts(), &RenderContext::default())
    }

    #[test]
    fn amounts_and_names_come_from_the_facts() {
        let body = "{{ rates[1].service | capitalize }}: {{ rates[1].price }}, {{ deposit }} down. {{ business.owner }}\n";
        assert_eq!(rendered(body).unwrap(), "Double room: €90, €50 down. Quinn");
        assert_eq!(rendered("{% if house.sauna is defined %}Sauna!{% endif %} ok").unwrap(), "ok");
        assert_eq!(rendered("{{ rates | length }} rooms").unwrap(), "3 rooms");
    }

    #[test]
    fn what_is_not_there_is_an_error_with_its_name() {
        let said = |body: &str| rendered(body).unwrap_err().to_string();
        assert!(
            said("Hi {{ guest }}").starts_with("there is no variable `guest`; there are business.name, ")
        );
        assert!(
            said("{% if false %}{{ guset }}{% endif %}ok").contains("`guset`"),
            "also where it is not reached"
        );
        assert!(said("{{ business.phone }}").contains("no variable `business.phone`"));
        assert_eq!(said("Hot: {{ house.sauna }}"), "the facts have no `house.sauna`");
        assert_eq!(said("{{ notices.fire }}"), "the facts have no `notices.fire`");
        assert_eq!(said("a\n{{ rates[0].colour }}"), "line 2: undefined value");
        assert_eq!(said("a\n{{ rates[9].price }}"), "line 2: undefined value");
        assert!(said("{{ place | shout }}").contains("unknown filter"));
        assert!(said("a\n{{ place").starts_with("line 2: syntax error"));
    }

    #[test]
    fn a_template_cannot_run_away() {
        let nested = "{% for a in rates %}{% for b in rates %}{% for c in rates %}{% for d in rates %}{% for e in rates %}\
                      {% for f in rates %}{% for g in rates %}{% for h in rates %}{% for i in rates %}x{% endfor %}\
                      {% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}";
        assert!(
            matches!(rendered(nested), Err(RenderError::Failed { message, .. }) if message.contains("fuel"))
        );
        assert_eq!(rendered("{{ 'x' * 100000 }}"), Err(RenderError::TooLong));
    }

    #[test]
    fn the_place_follows_the_day() {
        let json = r#"{"currency": "EUR", "locations": [
            {"city": "Galway", "to": "2026-03-14"}, {"city": "Cork", "from": "2026-04-01", "to": "2026-04-30"}]}"#;
        let facts = Facts::parse_json(json).unwrap();
        let template = Template::new(TemplateKey::LOCATION, "{{ place }}").unwrap();
        let on = |day: &str| render(&template, &facts, &RenderContext { today: day.parse().ok() });
        assert_eq!(on("2026-03-14").unwrap(), "Galway");
        assert_eq!(on("2026-03-15").unwrap(), "Cork");
        assert_eq!(on("2026-05-01"), Err(RenderError::MissingFact { name: "place".to_owned() }));
    }
}
