//! Running a program of the operator's within bounds of time and output.

use std::{process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
};

/// Longest output that is read, in bytes: a thousand machines are about 300 KB.
const OUTPUT_MAX_BYTES: u64 = 1024 * 1024;

/// How a run ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself, with this code; none when a signal ended it.
    Exited { code: Option<i32>, output: Vec<u8>, errors: Vec<u8> },
    /// It could not be started.
    NotStarted(std::io::Error),
    /// It was stopped, with everything it had started, after this long.
    TimedOut(Duration),
    /// It was stopped because it said too much.
    TooMuchOutput,
}

/// Runs a program, gives it `input`, and stops it with its whole process group when it takes too long or says too much.
pub(super) async fn run(
    argv: &[String],
    variables: &[(&'static str, String)],
    input: Vec<u8>,
    timeout: Duration,
) -> Ended {
    let Some((program, arguments)) = argv.split_first() else {
        return Ended::NotStarted(std::io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ended::NotStarted(error),
    };
    let said = tokio::time::timeout(timeout, converse(&mut child, input)).await;
    // Until it has been waited for, its number is its own and so is the number of its group.
    let ended = match said {
        Ok(Some((output, errors))) => match tokio::time::timeout(timeout, child.wait()).await {
            Ok(Ok(status)) => return Ended::Exited { code: status.code(), output, errors },
            Ok(Err(error)) => return Ended::NotStarted(error),
            Err(_) => Ended::TimedOut(timeout),
        },
        Ok(None) => Ended::TooMuchOutput,
        Err(_) => Ended::TimedOut(timeout),
    };
    kill_group(&child);
    // Nothing more can be done about one that does not even end when it is killed.
    let _ = tokio::time::timeout(timeout, child.wait()).await;
    ended
}

/// Writes the input and reads both outputs to their ends. None when one is too long.
async fn converse(child: &mut Child, input: Vec<u8>) -> Option<(Vec<u8>, Vec<u8>)> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // A script need not read it.
            let _ = stdin.write_all(&input).await;
        }
    };
    let (_, output, errors) = tokio::join!(write, read(stdout), read(stderr));
    Some((output?, errors?))
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // What cannot be read any more has ended.
        let _ = stream.take(OUTPUT_MAX_BYTES + 1).read_to_end(&mut bytes).await;
    }
    (bytes.len() as u64 <= OUTPUT_MAX_BYTES).then_some(bytes)
}

fn kill_group(child: &Child) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // An error means that all of it has ended.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}
