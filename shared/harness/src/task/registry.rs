//! The tasks of an application, by name: what there is, and with which limits it runs.

use std::{any::Any, collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

use super::{
    call::CallOptions,
    classify::Classify,
    definition::{Limits, Task},
    draft::Draft,
    error::TaskError,
    judge::Judge,
    orchestrate::Orchestrate,
    run::{TaskRun, run_with},
    schema::{SchemaError, portable_schema},
};
use crate::client::Model;

/// Longest name of a task, in bytes: it is a metric label.
const NAME_MAX_BYTES: usize = 64;

/// Tasks by name. Every application has one of its own; there is no global.
#[derive(Default)]
pub struct Registry {
    tasks: BTreeMap<&'static str, Registered>,
}

struct Registered {
    task: Box<dyn Any + Send + Sync>,
    description: TaskDescription,
}

/// What a registry knows about a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskDescription {
    /// Its name.
    pub name: &'static str,
    /// Tells two wordings of its prompt apart.
    pub prompt_hash: String,
    /// The schema of its output, as far as it does not depend on the input.
    pub schema: Value,
    /// The limits it runs with.
    pub limits: Limits,
}

/// Why a registry does not take a task, or does not have it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// A name of another form.
    #[error(
        "task name must be at most {NAME_MAX_BYTES} of a-z, 0-9, `-` and `_`, starting with a letter, got {0:?}"
    )]
    Name(&'static str),
    /// There is one of this name.
    #[error("task {0} is registered already")]
    Twice(&'static str),
    /// There is none of this name, or it is of another type.
    #[error("task {0} is not registered")]
    Unknown(String),
    /// A limit that allows nothing.
    #[error("limit {field} of task {task} must be at least 1")]
    Limit {
        /// Which task.
        task: String,
        /// Which limit.
        field: &'static str,
    },
    /// Its output has no schema.
    #[error("task {0}: {1}")]
    Schema(&'static str, SchemaError),
    /// It ran and failed.
    #[error(transparent)]
    Task(#[from] TaskError),
}

impl Registry {
    /// A registry with [`Classify`], [`Draft`], [`Judge`] and [`Orchestrate`].
    #[must_use]
    pub fn with_builtin() -> Self {
        let mut registry = Self::default();
        let all = [
            registry.register(Classify::new()),
            registry.register(Draft::new()),
            registry.register(Judge::new()),
            registry.register(Orchestrate::new()),
        ];
        debug_assert!(all.iter().all(Result::is_ok), "{all:?}");
        registry
    }

    /// Adds a task.
    ///
    /// # Errors
    /// When its name is not one or is taken, or its output has no schema that every server understands.
    pub fn register<T: Task>(&mut self, task: T) -> Result<(), RegistryError> {
        let name = T::NAME;
        let is_sign = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        let is_name = name.len() <= NAME_MAX_BYTES
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(is_sign);
        if !is_name {
            return Err(RegistryError::Name(name));
        }
        if self.tasks.contains_key(name) {
            return Err(RegistryError::Twice(name));
        }
        let schema = portable_schema::<T::Output>().map_err(|error| RegistryError::Schema(name, error))?;
        let limits = task.limits();
        check_limits(name, &limits)?;
        let description = TaskDescription { name, prompt_hash: task.prompt().hash(), schema, limits };
        self.tasks.insert(name, Registered { task: Box::new(task), description });
        Ok(())
    }

    /// Gives a task other limits, such as those of a configuration file.
    ///
    /// # Errors
    /// When there is no such task, or a limit allows nothing.
    pub fn set_limits(&mut self, name: &str, limits: Limits) -> Result<(), RegistryError> {
        check_limits(name, &limits)?;
        let unknown = || RegistryError::Unknown(name.to_owned());
        self.tasks.get_mut(name).ok_or_else(unknown)?.description.limits = limits;
        Ok(())
    }

    /// What there is, in order of names.
    pub fn descriptions(&self) -> impl Iterator<Item = &TaskDescription> {
        self.tasks.values().map(|registered| &registered.description)
    }

    /// The task of a type, with the limits it runs with; none when it is not registered.
    #[must_use]
    pub fn get<T: Task>(&self) -> Option<(&T, Limits)> {
        let registered = self.tasks.get(T::NAME)?;
        Some((registered.task.downcast_ref()?, registered.description.limits))
    }

    /// Runs the task of a type.
    ///
    /// # Errors
    /// When it is not registered, and [`TaskError`].
    pub async fn run<T: Task>(
        &self,
        model: &impl Model,
        input: &T::Input,
        options: &CallOptions,
    ) -> Result<TaskRun<T::Output>, RegistryError> {
        let (task, limits) = self.get::<T>().ok_or_else(|| RegistryError::Unknown(T::NAME.to_owned()))?;
        Ok(run_with(model, task, input, limits, options).await?)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.tasks.keys()).finish()
    }
}

fn check_limits(task: &str, limits: &Limits) -> Result<(), RegistryError> {
    let least =
        [("max_tokens", u64::from(limits.max_tokens)), ("max_input_chars", limits.max_input_chars as u64)];
    match least.into_iter().find(|(_, value)| *value == 0) {
        Some((field, _)) => Err(RegistryError::Limit { task: task.to_owned(), field }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use schemars::JsonSchema;
    use serde::{Deserialize, de::DeserializeOwned};

    use super::*;
    use crate::task::{Choice, OrchestrateInput, TaskPrompt, scripted::Scripted};

    #[test]
    fn the_built_in_tasks_are_there_and_each_only_once() {
        let mut registry = Registry::with_builtin();
        let names: Vec<_> = registry.descriptions().map(|task| task.name).collect();
        assert_eq!(names, ["classify", "draft", "judge", "orchestrate"]);
        assert_eq!(registry.register(Draft::new()), Err(RegistryError::Twice("draft")));
        assert_eq!(format!("{registry:?}"), r#"{"classify", "draft", "judge", "orchestrate"}"#);
    }

    #[tokio::test]
    async fn a_task_runs_with_the_limits_it_was_given() {
        let mut registry = Registry::with_builtin();
        let limits = Limits { max_tokens: 7, ..Limits::default() };
        registry.set_limits("orchestrate", limits).unwrap();
        let choice = |key: &str| Choice { key: key.to_owned(), meaning: String::new() };
        let input = OrchestrateInput {
            situation: "x".to_owned(),
            choices: vec![choice("a"), choice("b")],
            data: vec![],
        };
        let model = Scripted::texts([r#"{"key": "b"}"#]);
        let run = registry.run::<Orchestrate>(&model, &input, &CallOptions::default()).await.unwrap();
        assert_eq!((run.output.key.as_str(), model.sent()[0].max_tokens), ("b", 7));
    }

    /// A task of any name and output, as an application may write one.
    struct Odd<O>(TaskPrompt, PhantomData<fn() -> O>);

    trait Named: DeserializeOwned + JsonSchema + Send + 'static {
        const NAME: &'static str;
    }

    impl<O> Odd<O> {
        fn new() -> Self {
            Self(TaskPrompt::new("", "").unwrap(), PhantomData)
        }
    }

    impl<O: Named> Task for Odd<O> {
        type Input = ();
        type Output = O;
        const NAME: &'static str = O::NAME;

        fn prompt(&self) -> &TaskPrompt {
            &self.0
        }
    }

    #[derive(Deserialize, JsonSchema)]
    struct Misnamed {}
    #[derive(Deserialize, JsonSchema)]
    struct Impostor {}
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Tree {
        branches: Vec<Tree>,
    }

    impl Named for Misnamed {
        const NAME: &'static str = "Sort mail";
    }
    impl Named for Impostor {
        const NAME: &'static str = "classify";
    }
    impl Named for Tree {
        const NAME: &'static str = "tree";
    }

    #[tokio::test]
    async fn a_task_that_cannot_be_kept_apart_or_answered_is_refused() {
        let mut registry = Registry::with_builtin();
        let misnamed = registry.register(Odd::<Misnamed>::new());
        assert_eq!(misnamed, Err(RegistryError::Name("Sort mail")));
        let endless = registry.register(Odd::<Tree>::new());
        assert!(matches!(endless, Err(RegistryError::Schema("tree", _))), "{endless:?}");
        assert_eq!(registry.descriptions().count(), 4);

        // Another type under a name that is taken gets nobody else's task.
        let run = registry.run::<Odd<Impostor>>(&Scripted::texts([]), &(), &CallOptions::default()).await;
        assert!(matches!(run, Err(RegistryError::Unknown(name)) if name == "classify"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let mut registry = Registry::default();
        assert!(registry.get::<Draft>().is_none());
        let limits = Limits { max_tokens: 0, ..Limits::default() };
        let said = registry.set_limits("draft", limits).unwrap_err().to_string();
        assert_eq!(said, "limit max_tokens of task draft must be at least 1");
        assert_eq!(
            registry.set_limits("draft", Limits::default()),
            Err(RegistryError::Unknown("draft".to_owned()))
        );
    }
}
