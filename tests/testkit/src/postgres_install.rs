//! Finding PostgreSQL's programs, and a ready-made empty cluster to copy.

use std::{
    fs,
    io::ErrorKind,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Part of the template's folder name; goes up when the arguments of `initdb` change.
const RECIPE: u32 = 1;

/// An installed PostgreSQL, and the account its server runs under.
#[derive(Debug)]
pub(crate) struct Install {
    programs: PathBuf,
    /// User and group to switch to: PostgreSQL refuses to run as root.
    account: Option<(u32, u32)>,
}

impl Install {
    /// Looks in `PATH`, then where Debian and Ubuntu keep their versions, highest first.
    pub(crate) fn find() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path =
            std::env::split_paths(&path).find_map(|folder| folder.join("initdb").canonicalize().ok());
        let programs = on_path
            .and_then(|initdb| initdb.parent().map(Path::to_path_buf))
            .filter(|folder| folder.join("postgres").exists())
            .or_else(newest_debian)
            .expect("PostgreSQL is not installed; run ./test, which installs it");
        let account = rustix::process::geteuid().is_root().then(|| (number("-u"), number("-g")));
        Self { programs, account }
    }

    /// Where its programs are.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }

    /// A command for one of the programs, run under the server's account inside `folder`.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(folder).stdin(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives `path` to the server's account.
    pub(crate) fn give(&self, path: &Path) {
        if let Some((user, group)) = self.account {
            chown(path, Some(user), Some(group)).expect("failed to give a folder to the postgres account");
        }
    }

    /// Fills `data` with an empty cluster: copied from a template that the first caller leaves in the target folder.
    pub(crate) fn fill(&self, data: &Path) {
        let template = self.template();
        if !template.exists() {
            self.make_template(&template, data);
            return;
        }
        let status = Command::new("cp").arg("-a").arg(&template).arg(data).status();
        assert!(status.expect("failed to run cp").success(), "failed to copy {}", template.display());
    }

    fn make_template(&self, template: &Path, data: &Path) {
        let folder = data.parent().expect("the data folder lies inside the server's folder");
        let made = self
            .command("initdb", folder)
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg("-D")
            .arg(data)
            .output()
            .expect("failed to run initdb");
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        // Copied to a name of this process's own and renamed, so that nobody sees half a template. Of two processes
        // that do this at once the second fails to rename, and the first's copy is as good.
        let own = template.with_extension(std::process::id().to_string());
        fs::create_dir_all(template.parent().expect("it has one"))
            .expect("failed to make the template's folder");
        let copied = Command::new("cp").arg("-a").arg(data).arg(&own).status();
        assert!(copied.expect("failed to run cp").success(), "failed to copy to {}", own.display());
        if fs::rename(&own, template).is_err() {
            fs::remove_dir_all(&own).expect("failed to remove a surplus template");
        }
    }

    fn template(&self) -> PathBuf {
        let version = Command::new(self.programs.join("postgres")).arg("--version").output();
        let version = version.expect("failed to ask postgres for its version").stdout;
        let version = String::from_utf8_lossy(&version);
        let version = version.split_whitespace().nth(2).expect("it prints `postgres (PostgreSQL) 15.1`");
        let account = self.account.map_or(rustix::process::geteuid().as_raw(), |(user, _)| user);
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../target/tmp/testkit")
            .join(format!("postgres-{}-{account}-{RECIPE}", version.replace('.', "_")))
    }
}

fn newest_debian() -> Option<PathBuf> {
    let versions = match fs::read_dir("/usr/lib/postgresql") {
        Ok(versions) => versions,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => panic!("failed to read /usr/lib/postgresql: {error}"),
    };
    versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|programs| programs.join("initdb").exists())
        .max_by_key(|programs| {
            let version = programs.parent().and_then(Path::file_name).and_then(|name| name.to_str());
            version.and_then(|version| version.parse::<u32>().ok())
        })
}

/// The number that `id` prints for the account that Debian's package makes.
fn number(of: &str) -> u32 {
    let output = Command::new("id").args([of, "postgres"]).output().expect("failed to run id");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect(
        "as root, PostgreSQL's server needs the account postgres, which its package makes; run ./test to install it",
    )
}
