//! One list of behaviours, run over both databases.
//!
//! Each module names its behaviours once; `contract!` makes two tests of them, one over SQLite and one over a real
//! PostgreSQL. Every behaviour gets a store of its own, a clock that moves only when told to, and ids that count up.

#![cfg(test)]

mod advance;
mod backend;
mod backup;
mod calls;
mod claiming;
mod concurrency;
mod control;
mod differential;
mod documents;
mod dump;
mod engine_holds;
mod events;
mod history;
mod ingest;
mod invariants;
mod journeys;
mod keeping;
mod ledger;
mod machines;
mod mixture;
mod nodes;
mod operating;
mod overview;
mod rescue;
mod revising;
mod schema;
mod sending;
mod settings;
mod waiting;
mod workflows;
mod world;

/// Makes a test per database out of a list of behaviours: `async fn name(world: World)`.
macro_rules! contract {
    ($($behaviour:ident),+ $(,)?) => {
        const BEHAVIOURS: &[crate::backend::Behaviour] =
            &[$((stringify!($behaviour), |world| Box::pin($behaviour(world)))),+];

        #[test]
        fn sqlite() {
            crate::backend::Backend::sqlite().run(BEHAVIOURS);
        }

        #[test]
        fn postgres() {
            crate::backend::Backend::postgres().run(BEHAVIOURS);
        }
    };
}
pub(crate) use contract;
