# The commands of everyday work; each is short enough to type by hand. `just` alone lists them.

_default:
    @just --list --unsorted

# Feeds the sample messages through the whole system, shows what became of each, and ends.
demo *arguments:
    cargo run --release -- demo {{ arguments }}

# Runs every role in one process, on SQLite, until stopped.
up *arguments:
    cargo run --release -- up {{ arguments }}

# Looks at everything the configuration names and says how to mend what is wrong.
doctor *arguments:
    cargo run --release -- doctor {{ arguments }}

# Shows what is going on, live.
top *arguments:
    cargo run --release -- top {{ arguments }}

# Measures the store and the queue.
bench jobs="20000" *arguments:
    cargo run --release -- bench pipeline --jobs {{ jobs }} {{ arguments }}

# Runs every test, or those that the arguments choose; installs what they need.
test *arguments:
    ./test {{ arguments }}

# All that must pass before a change lands.
ci:
    .ci/run

# Formats everything.
fmt:
    cargo fmt --all

# Every lint, as strict as before landing.
lint:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Runs the tests and takes over what they print as the new snapshots; look at the difference before committing.
snapshots *arguments:
    INSTA_UPDATE=always ./test {{ arguments }}
    git diff --stat -- '*.snap'

# Licences, sources, advisories and who may depend on what; needs cargo-deny.
deny:
    cargo deny --all-features check

# The documentation of our own crates.
docs:
    cargo doc --workspace --no-deps --document-private-items
