//! Ports that nobody else takes while a test holds them.
//!
//! A port that the kernel hands out can be handed to a client socket while our server is down for a restart; a client
//! that keeps trying to connect may even be given the very port it dials, and then talks to itself. So ports come from
//! below the kernel's range, and a lock file keeps processes that run at the same time apart.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Mutex,
        atomic::{AtomicU16, Ordering},
    },
};

/// First port used. Linux hands out 32768 and above to clients; below 15000 live well-known services.
const FIRST: u16 = 15_000;
/// How many ports there are to choose from.
const COUNT: u16 = 17_000;
/// Step between the starting points of two processes: prime to [`COUNT`], so neighbours start far apart.
const STRIDE: u32 = 211;

/// A port on 127.0.0.1, this process's alone until dropped.
#[derive(Debug)]
pub struct PortLease {
    port: u16,
    _lock: File,
}

impl PortLease {
    /// Takes a port on which nothing listens.
    ///
    /// # Panics
    /// When every port is taken, or the lock files cannot be written.
    #[must_use]
    pub fn take() -> Self {
        static TRIED: AtomicU16 = AtomicU16::new(0);
        let folder = std::env::temp_dir().join("prospector-testkit-ports");
        std::fs::create_dir_all(&folder).expect("failed to make the folder of port locks");
        let start = std::process::id().wrapping_mul(STRIDE) % u32::from(COUNT);
        for _ in 0..COUNT {
            let step = u32::from(TRIED.fetch_add(1, Ordering::Relaxed));
            let offset = u16::try_from((start + step) % u32::from(COUNT)).expect("less than COUNT");
            let port = FIRST + offset;
            let Ok(lock) = File::create(folder.join(port.to_string())) else { continue };
            if lock.try_lock().is_ok() && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Self { port, _lock: lock };
            }
        }
        panic!("no free port between {FIRST} and {}", FIRST + COUNT);
    }

    /// The port's number.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The port's address on this machine.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

/// A port on which nothing listens, kept for as long as this process lives.
#[must_use]
pub fn free_port() -> u16 {
    static KEPT: Mutex<Vec<PortLease>> = Mutex::new(Vec::new());
    let lease = PortLease::take();
    let port = lease.port();
    KEPT.lock().expect("no holder of the lock panics").push(lease);
    port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_port_is_not_given_twice() {
        let held: Vec<PortLease> = (0..50).map(|_| PortLease::take()).collect();
        let mut ports: Vec<u16> = held.iter().map(PortLease::port).collect();
        ports.push(free_port());
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 51);
        assert!(ports.iter().all(|port| (FIRST..FIRST + COUNT).contains(port)));
    }
}
