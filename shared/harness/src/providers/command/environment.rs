//! Variables by which a process is known, and those it may see of ours.

/// The node a process belongs to.
pub(super) const NODE_ID: &str = "PROSPECTOR_NODE_ID";
/// The installation it belongs to.
pub(super) const INSTALLATION: &str = "PROSPECTOR_INSTALLATION";
/// The port it was given.
pub(super) const PORT: &str = "PROSPECTOR_NODE_PORT";
/// The key it asks for.
pub(super) const API_KEY: &str = "LLM_API_KEY";
/// Ours; a setting may not take one of these names.
const OWN_PREFIX: &str = "PROSPECTOR_";

/// What a process inherits of our environment, where it is set. Not all of it: ours holds the database's password and
/// the tokens of other providers.
pub(super) const INHERITED: [&str; 13] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "NVIDIA_VISIBLE_DEVICES",
    "HF_HOME",
    "XDG_CACHE_HOME",
    "VIRTUAL_ENV",
];

/// Whether a setting may give a variable this name.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(allowed)
        && !name.starts_with(OWN_PREFIX)
}
