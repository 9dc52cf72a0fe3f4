//! The closed lists of the domain as named schemas, read from the enums themselves, so that the description of the
//! interface cannot lag behind.

use std::borrow::Cow;

use prospector_domain as domain;
use strum::VariantArray;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Object, ObjectBuilder, OneOfBuilder, Ref, RefOr,
        schema::{Schema, SchemaType, Type},
    },
};

/// Declares markers: types without values, that stand for a list of words in a schema.
macro_rules! closed_lists {
    ($($name:ident = $words:expr, $doc:literal;)+) => {$(
        #[doc = $doc]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema_of($words, $doc)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

closed_lists! {
    Archetype = words::<domain::situation::Archetype>(), "What kind of guest a contact seems to be.";
    Author = vec!["contact", "engine", "human"], "Who wrote something.";
    CandidateState = words::<domain::candidate::CandidateState>(), "Where a candidate stands.";
    CanonKind = words::<domain::template::CanonKind>(), "What an entry of the canon is.";
    Criterion = words::<domain::judgement::Criterion>(), "A line of the judge's rubric.";
    Direction = vec!["inbound", "outbound"], "Which way a message went.";
    DraftOrigin = words::<domain::record::DraftOrigin>(), "How a text came to be.";
    ErrorClass = words::<domain::job::ErrorClass>(), "What kind of failure an attempt met.";
    EventKind = words::<domain::event::EventKind>(), "What happened.";
    HoldReason = words::<domain::hold::HoldReason>(), "Why a candidate waits instead of being sent.";
    Intent = words::<domain::intent::Intent>(), "What a message wants.";
    IntentState = vec!["pending", "sending", "delivered", "void", "rejected", "unknown"],
        "Where the row behind a webhook stands.";
    JobKind = words::<domain::job::JobKind>(), "What a job does, and the queue it travels through.";
    JobState = words::<domain::job::JobState>(), "Where a job stands.";
    Mode = words::<domain::mode::Mode>(),
        "How far a draft may go on its own: sent (go), staged for a human (draft), held (pause).";
    ProblemCode = words::<crate::problem::Code>(),
        "The kind of problem. See `/v1/problems/{code}` for what each means and what to do.";
    TemplateKey = domain::template::TemplateKey::all().map(|key| key.to_string()).collect::<Vec<_>>(),
        "One of the seventeen situations a fixed text exists for.";
    ThreadState = words::<domain::situation::ThreadState>(), "How far a conversation has come.";
    ViolationCode = words::<domain::gate::ViolationCode>(), "What is wrong with a draft.";
}

/// Modes by name of a channel, where null takes one away.
pub(crate) fn modes_or_null() -> Object {
    let mode = Ref::from_schema_name(Mode::name());
    let mode_or_null = OneOfBuilder::new().item(Object::with_type(Type::Null)).item(mode);
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(Schema::from(mode_or_null)))
        .description(Some("Modes of channels; null takes a channel's mode away."))
        .build()
}

fn words<E>() -> Vec<&'static str>
where
    E: VariantArray + Copy + Into<&'static str>,
{
    E::VARIANTS.iter().map(|variant| (*variant).into()).collect()
}

fn schema_of<W: Into<serde_json::Value>>(words: Vec<W>, description: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .description(Some(description))
        .enum_values(Some(words.into_iter().map(Into::into)))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed<T: PartialSchema>() -> Vec<String> {
        let schema = serde_json::to_value(T::schema()).unwrap();
        serde_json::from_value(schema["enum"].clone()).unwrap()
    }

    #[test]
    fn lists_are_those_of_the_domain() {
        assert_eq!(listed::<HoldReason>().len(), 18);
        assert_eq!(listed::<TemplateKey>().len(), 17);
        assert!(listed::<EventKind>().contains(&"candidate.sent".to_owned()));
        assert_eq!(listed::<ErrorClass>()[4], "panic");
    }

    #[test]
    fn lists_written_here_are_words_of_the_domain() {
        for word in listed::<Author>() {
            word.parse::<domain::record::Author>().unwrap();
        }
        for word in listed::<Direction>() {
            word.parse::<domain::record::Direction>().unwrap();
        }
        for word in listed::<IntentState>() {
            word.parse::<domain::record::IntentState>().unwrap();
        }
    }
}
