//! The programs that copy a Postgres: their command lines, which never hold the password, and running them.

use std::{fmt::Write as _, path::Path, process::Stdio};

use anyhow::Context as _;
use tokio::process::Command;
use url::{Url, form_urlencoded};

/// Parameters of a URL that these programs know; others are for our own driver.
const KNOWN_PARAMETERS: [&str; 9] =
    ["application_name", "dbname", "host", "options", "port", "sslcert", "sslkey", "sslmode", "sslrootcert"];

/// How our own driver also lets them be called.
const ALIASES: [(&str, &str); 5] = [
    ("ssl-mode", "sslmode"),
    ("ssl-root-cert", "sslrootcert"),
    ("ssl-ca", "sslrootcert"),
    ("ssl-cert", "sslcert"),
    ("ssl-key", "sslkey"),
];

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Writes the database to a file.
    Dump,
    /// Writes a file into a database without tables.
    Restore,
    /// The same, over what is there.
    RestoreOver,
}

/// A database, and how it is reached.
pub(crate) struct Postgres {
    /// Without the password.
    url: Url,
    password: Option<String>,
}

impl Postgres {
    /// Takes a URL and its password apart.
    pub(crate) fn of_url(text: &str) -> anyhow::Result<Self> {
        // The parser's error would quote nothing, but neither may ours.
        let mut url = Url::parse(text).context("database.url cannot be read")?;
        let by_their_name = |(name, value): (String, String)| {
            let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
            (alias.map_or(name, |(_, theirs)| (*theirs).to_owned()), value)
        };
        let parameters: Vec<(String, String)> = url.query_pairs().into_owned().map(by_their_name).collect();
        let in_query = parameters.iter().find(|(name, _)| name == "password").map(|(_, value)| value.clone());
        let password = url.password().map(decoded).or(in_query);
        let user = parameters.iter().find(|(name, _)| name == "user").map(|(_, value)| value.clone());
        url.set_password(None).ok().context("database.url names no host")?;
        if let Some(user) = user {
            url.set_username(&user).ok().context("database.url names no host")?;
        }
        let kept: Vec<&(String, String)> =
            parameters.iter().filter(|(name, _)| KNOWN_PARAMETERS.contains(&name.as_str())).collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        Ok(Self { url, password })
    }

    pub(crate) const fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// The line that a shell takes.
    pub(crate) fn line(&self, tool: Tool, file: &Path) -> String {
        let mut line = tool.program().to_owned();
        for word in self.arguments(tool, &file.display().to_string()) {
            let _ = write!(line, " {}", quoted(&word));
        }
        line
    }

    /// Runs the program, with the password in its environment, where other users cannot see it.
    pub(crate) async fn run(&self, tool: Tool, file: &Path) -> anyhow::Result<()> {
        let program = tool.program();
        let mut command = Command::new(program);
        command
            .args(self.arguments(tool, &file.display().to_string()))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        let status = command.status().await.with_context(|| {
            format!(
                "cannot run {program}: install PostgreSQL's client programs, at least as new as the server"
            )
        })?;
        anyhow::ensure!(status.success(), "{program} failed ({status}); what it said is above");
        Ok(())
    }

    fn arguments(&self, tool: Tool, file: &str) -> Vec<String> {
        let database = format!("--dbname={}", self.url);
        let words: Vec<&str> = match tool {
            Tool::Dump => vec!["--format=custom", "--no-owner", "--no-privileges"],
            Tool::Restore => vec!["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"],
            Tool::RestoreOver => vec![
                "--clean",
                "--if-exists",
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                "--no-privileges",
            ],
        };
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        words.push(database);
        words.push(if tool == Tool::Dump { format!("--file={file}") } else { file.to_owned() });
        words
    }
}

impl Tool {
    const fn program(self) -> &'static str {
        match self {
            Self::Dump => "pg_dump",
            Self::Restore | Self::RestoreOver => "pg_restore",
        }
    }
}

/// Takes the `%41` out of a part of a URL.
fn decoded(text: &str) -> String {
    let as_query = format!("p={}", text.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(as_query.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

/// One word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:@%+,".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_holds_the_password() {
        let line = |url: &str, tool| Postgres::of_url(url).unwrap().line(tool, Path::new("it's here"));
        insta::assert_snapshot!([
            line("postgres://quinn:hid%2Fden@db:5433/guests?sslmode=require", Tool::Dump),
            line("postgres://db/guests?user=quinn&password=hidden&statement-cache-capacity=5", Tool::Restore),
            line("postgres://db/guests", Tool::RestoreOver),
        ]
        .join("\n"), @r"
        pg_dump --format=custom --no-owner --no-privileges '--dbname=postgres://quinn@db:5433/guests?sslmode=require' '--file=it'\''s here'
        pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname=postgres://quinn@db/guests 'it'\''s here'
        pg_restore --clean --if-exists --exit-on-error --single-transaction --no-owner --no-privileges --dbname=postgres://db/guests 'it'\''s here'
        ");
    }

    #[test]
    fn the_password_is_what_the_server_wants() {
        let password = |url: &str| Postgres::of_url(url).unwrap().password;
        assert_eq!(password("postgres://quinn:hid%2Fd+e%26n@db/p").as_deref(), Some("hid/d+e&n"));
        assert_eq!(password("postgres://quinn:a=b&c@db/p").as_deref(), Some("a=b&c"));
        assert_eq!(password("postgres://db/p?password=hid%20den").as_deref(), Some("hid den"));
        assert_eq!(password("postgres://quinn@db/p"), None);
        assert!(
            Postgres::of_url("postgres://quinn:hid/den@db/p")
                .is_err_and(|error| !format!("{error:#}").contains("hid"))
        );
    }
}
