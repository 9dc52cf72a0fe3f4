//! What this executable is.

/// The version of the release.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit it was built from, where the build was told (`PROSPECTOR_BUILD_COMMIT`), else `unknown`.
pub const COMMIT: &str = match option_env!("PROSPECTOR_BUILD_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};
