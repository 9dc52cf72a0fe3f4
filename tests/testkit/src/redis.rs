//! A Redis of the test's own.

use std::{
    fs::OpenOptions,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    port::PortLease,
    watchdog::{Guarded, Watchdog},
};

/// How often, [`LOOK_EVERY`] apart, a starting server is asked whether it answers: 20 s, for a loaded machine.
const LOOKS: u32 = 2_000;
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How long a reply to one of our own commands may take.
const REPLY_WITHIN: Duration = Duration::from_secs(10);

/// A running redis-server with append-only persistence, private folder and port. Gone when dropped.
#[derive(Debug)]
pub struct RedisServer {
    process: Guarded,
    lease: PortLease,
    folder: PathBuf,
    options: Vec<String>,
}

impl RedisServer {
    /// Starts a server and waits until it answers.
    ///
    /// # Panics
    /// When redis-server is missing or does not come up.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with more command line options, such as `["--maxmemory", "2mb"]`.
    ///
    /// # Panics
    /// When redis-server is missing or does not come up.
    #[must_use]
    pub fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("prospector-redis-")
            .tempdir()
            .expect("failed to make a folder for redis")
            .keep();
        let watchdog = Watchdog::over(Some(&folder), "KILL");
        let lease = PortLease::take();
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        let process = Guarded::by(watchdog, launch(&lease, &folder, &options));
        let mut server = Self { process, lease, folder, options };
        server.wait_ready();
        server
    }

    /// The server's address as a URL, database 0.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.lease.address())
    }

    /// The server's port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.lease.port()
    }

    /// Kills the server as a power cut would: at once, mid-write. What was not yet synced may be lost.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Starts the server again on the same port with the same data, killing it first if it still runs.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn restart(&mut self) {
        self.process.restart(|| launch(&self.lease, &self.folder, &self.options));
        self.wait_ready();
    }

    /// Freezes the server: connections stay open and nothing is answered.
    pub fn pause(&self) {
        self.process.pause();
    }

    /// Lets a frozen server go on where it stopped.
    pub fn resume(&self) {
        self.process.resume();
    }

    /// Wipes every database.
    pub fn flushall(&self) {
        assert_eq!(self.command(&["FLUSHALL"]), "OK");
    }

    /// Runs one command and returns its reply as text; the items of an array one per line.
    ///
    /// # Panics
    /// When the server does not answer.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> String {
        self.try_command(words).unwrap_or_else(|error| panic!("redis did not answer {words:?}: {error}"))
    }

    fn try_command(&self, words: &[&str]) -> io::Result<String> {
        let stream = TcpStream::connect(self.lease.address())?;
        stream.set_read_timeout(Some(REPLY_WITHIN))?;
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        (&stream).write_all(request.as_bytes())?;
        read_reply(&mut BufReader::new(stream))
    }

    fn wait_ready(&mut self) {
        for _ in 0..LOOKS {
            match self.try_command(&["PING"]) {
                Ok(reply) if reply == "PONG" || reply.starts_with("NOAUTH") => return,
                Ok(_) | Err(_) => {}
            }
            if let Some(status) = self.process.ended() {
                let log = std::fs::read_to_string(self.folder.join("redis.log")).unwrap_or_default();
                panic!("redis-server ended with {status} while starting; its log:\n{log}");
            }
            std::thread::sleep(LOOK_EVERY);
        }
        panic!("redis-server did not answer within {:?}", LOOK_EVERY * LOOKS);
    }
}

fn launch(lease: &PortLease, folder: &PathBuf, options: &[String]) -> Child {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("redis.log"))
        .expect("failed to open the log of redis");
    let mut command = Command::new("redis-server");
    command
        .args(["--port", &lease.port().to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "everysec"])
        .arg("--dir")
        .arg(folder)
        .args(options)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("failed to share the log of redis"))
        .stderr(log);
    match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("redis-server is not installed; run ./test, which installs it")
        }
        Err(error) => panic!("failed to start redis-server: {error}"),
    }
}

/// Reads one reply of the version 2 protocol.
fn read_reply(from: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    let line = line.trim_end();
    let Some((kind, rest)) = line.split_at_checked(1) else { return Err(ErrorKind::UnexpectedEof.into()) };
    match kind {
        "+" | "-" | ":" => Ok(rest.to_owned()),
        "$" => {
            let Ok(length_bytes) = rest.parse::<usize>() else { return Ok(String::new()) };
            let mut body = vec![0; length_bytes + 2];
            from.read_exact(&mut body)?;
            body.truncate(length_bytes);
            Ok(String::from_utf8_lossy(&body).into_owned())
        }
        "*" => {
            let items = rest.parse::<usize>().unwrap_or(0);
            let items: io::Result<Vec<String>> = (0..items).map(|_| read_reply(from)).collect();
            Ok(items?.join("\n"))
        }
        _ => Err(io::Error::new(ErrorKind::InvalidData, line.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_survives_a_restart_and_a_flush_removes_it() {
        let mut redis = RedisServer::start();
        assert_eq!(redis.command(&["RPUSH", "list", "one", "two"]), "2");
        redis.restart();
        assert_eq!(redis.command(&["LRANGE", "list", "0", "-1"]), "one\ntwo");
        redis.flushall();
        assert_eq!(redis.command(&["EXISTS", "list"]), "0");
    }

    #[test]
    fn a_dropped_server_takes_its_folder_and_process_with_it() {
        let redis = RedisServer::start();
        let (folder, address) = (redis.folder.clone(), redis.lease.address());
        assert!(folder.join("appendonlydir").exists());
        drop(redis);
        assert!(!folder.exists());
        assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }
}
