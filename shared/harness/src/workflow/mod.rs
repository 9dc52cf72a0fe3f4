//! Workflows: an ordered chain of steps that a model runs to write a text.
