//! Texts of prompts with placeholders, filled by minijinja. A name without a value is an error, never an empty text.

use minijinja::{
    Environment, UndefinedBehavior, Value, filters, syntax::SyntaxConfig, tests::is_defined, value::Serde,
};
use serde::Serialize;

use super::mark::DATA_NOTICE;

/// Steps a template may take; a prompt with a hundred rules takes a few thousand.
const FUEL: u64 = 200_000;
/// The one template of an environment.
const NAME: &str = "prompt";

/// Why a template gives no text. Holds nothing of the values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the template: {message}")]
pub struct TemplateError {
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// A template that was compiled once and is filled many times.
#[derive(Debug)]
pub struct PromptTemplate {
    engine: Environment<'static>,
    text: &'static str,
}

impl PromptTemplate {
    /// Compiles a template. Filters are `capitalize`, `join`, `length`, `lower`, `upper`; the test is `defined`;
    /// `data_notice` stands for [`DATA_NOTICE`].
    ///
    /// # Errors
    /// When it is not one.
    pub fn new(text: &'static str) -> Result<Self, TemplateError> {
        let mut engine = engine();
        engine.add_template(NAME, text).map_err(|error| failure(&error))?;
        Ok(Self { engine, text })
    }

    /// The template as it was written.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Fills it. White space at both ends is dropped.
    ///
    /// # Errors
    /// When it names something the values do not have, or runs away.
    pub fn render(&self, values: &impl Serialize) -> Result<String, TemplateError> {
        let template = self.engine.get_template(NAME).expect("the constructor added it");
        let filled = template.render(Value::from(Serde(values))).map_err(|error| failure(&error))?;
        Ok(filled.trim().to_owned())
    }
}

/// Fills a template that is used once.
///
/// # Errors
/// When it is not a template, names something the values do not have, or runs away.
pub fn render(text: &str, values: &impl Serialize) -> Result<String, TemplateError> {
    let filled = engine().render_str(text, Value::from(Serde(values))).map_err(|error| failure(&error))?;
    Ok(filled.trim().to_owned())
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    // A line that only holds a tag leaves no empty line behind.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    engine.set_syntax(syntax.expect("the usual delimiters do not clash"));
    engine.add_filter("capitalize", filters::capitalize);
    engine.add_filter("join", filters::join);
    engine.add_filter("length", filters::length);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("upper", filters::upper);
    engine.add_test("defined", is_defined);
    engine.add_global("data_notice", DATA_NOTICE);
    engine
}

fn failure(error: &minijinja::Error) -> TemplateError {
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    TemplateError { line: error.line().unwrap_or(1), message: format!("{}{detail}", error.kind()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_filled_and_what_is_missing_has_a_line() {
        let template =
            PromptTemplate::new("Rules:\n{% for rule in rules %}\n- {{ rule }}\n{% endfor %}\n").unwrap();
        assert_eq!(template.render(&json!({"rules": ["a", "b"]})).unwrap(), "Rules:\n- a\n- b");
        assert_eq!(template.render(&json!({})).unwrap_err().line, 2);
        assert!(
            render("a\n{{ b }}", &json!({})).unwrap_err().to_string().starts_with("line 2 of the template")
        );
        assert!(PromptTemplate::new("{{ a").is_err());
        assert!(render("{% if a %}x{% endif %}", &json!({})).is_err(), "not even asked about");
    }

    #[test]
    fn it_cannot_run_away() {
        let nested = "{% for a in l %}{% for b in l %}{% for c in l %}x{% endfor %}{% endfor %}{% endfor %}";
        let many: Vec<u32> = (0..1_000).collect();
        assert!(render(nested, &json!({ "l": many })).unwrap_err().message.contains("fuel"));
    }
}
