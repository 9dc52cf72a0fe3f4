//! `prospector top`: what is going on, on one screen that keeps itself up to date. It reads the store and changes nothing.
//!
//! Apart from each other: [`Snapshot`] is what was read, [`Ui`] how it is looked at, `view` draws the two, `input` reads
//! keys, and `screen` alone has the terminal.

mod figures;
mod input;
mod panels;
#[cfg(test)]
mod sample;
mod screen;
mod snapshot;
mod ui;
mod view;

pub(crate) use self::{screen::watch, snapshot::Reader, ui::Ui, view::plain};
