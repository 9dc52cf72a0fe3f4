//! When to rent a machine and when to give it back: a pure policy from observation to commands.
