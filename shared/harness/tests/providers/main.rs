//! The providers against what they rent from: a fake cloud, scripts, local processes.

#![cfg(test)]

mod command;
mod command_crash;
mod contract;
mod deadman;
mod digitalocean;
mod script;
mod support;
