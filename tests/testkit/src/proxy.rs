//! A network that can be broken: a proxy between a client and a server.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::mpsc as blocking,
    thread::JoinHandle,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::port::PortLease;

/// Forwards connections to a target until told otherwise. Gone, with its connections, when dropped.
///
/// It runs on a thread of its own, so that a test that blocks does not slow the network down, and each order has been
/// carried out when the call returns.
#[derive(Debug)]
pub struct TcpProxy {
    lease: PortLease,
    orders: Option<mpsc::UnboundedSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Forward,
    Stall,
    Cut,
}

#[derive(Debug)]
struct Order {
    mode: Mode,
    done: blocking::Sender<()>,
}

impl TcpProxy {
    /// Starts forwarding to `target_port` on this machine.
    ///
    /// # Panics
    /// When the thread cannot be started.
    #[must_use]
    pub fn start(target_port: u16) -> Self {
        Self::before(&[target_port])
    }

    /// Starts forwarding each connection to the next of `target_ports` on this machine that takes it.
    ///
    /// # Panics
    /// When the thread cannot be started.
    #[must_use]
    pub fn before(target_ports: &[u16]) -> Self {
        let lease = PortLease::take();
        let (orders, received) = mpsc::unbounded_channel();
        let address = lease.address();
        let targets =
            target_ports.iter().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, *port))).collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("failed to make a runtime for the proxy");
        let thread = std::thread::spawn(move || runtime.block_on(serve(address, targets, received)));
        let proxy = Self { lease, orders: Some(orders), thread: Some(thread) };
        // From here on it listens.
        proxy.heal();
        proxy
    }

    /// The port clients connect to, on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.lease.port()
    }

    /// Closes every connection and refuses new ones.
    pub fn cut(&self) {
        self.order(Mode::Cut);
    }

    /// Keeps connections open, accepts new ones, and lets nothing through in either direction.
    pub fn stall(&self) {
        self.order(Mode::Stall);
    }

    /// Forwards again; what was held up by a stall arrives now.
    pub fn heal(&self) {
        self.order(Mode::Forward);
    }

    fn order(&self, mode: Mode) {
        let (done, wait) = blocking::channel();
        let orders = self.orders.as_ref().expect("there until drop");
        orders.send(Order { mode, done }).expect("the proxy's thread has ended");
        wait.recv().expect("the proxy's thread has ended");
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(
    address: SocketAddr,
    mut targets: Vec<SocketAddr>,
    mut orders: mpsc::UnboundedReceiver<Order>,
) {
    let (mode, modes) = watch::channel(Mode::Cut);
    let mut listener = None;
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            order = orders.recv() => {
                let Some(order) = order else { return };
                mode.send_replace(order.mode);
                if order.mode == Mode::Cut {
                    listener = None;
                    connections.shutdown().await;
                } else if listener.is_none() {
                    listener = Some(TcpListener::bind(address).await.expect("the port is leased to us"));
                }
                // Nobody waits any more when the test has ended meanwhile.
                let _ = order.done.send(());
            }
            Some(Ok(client)) = accept(listener.as_ref()) => {
                connections.spawn(carry(client, targets.clone(), modes.clone()));
                targets.rotate_left(1);
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> Option<io::Result<TcpStream>> {
    Some(listener?.accept().await.map(|(client, _)| client))
}

/// Carries one connection until either side closes it. Errors mean that a side is gone, and the other is dropped too.
async fn carry(client: TcpStream, targets: Vec<SocketAddr>, modes: watch::Receiver<Mode>) -> io::Result<()> {
    let server = TcpStream::connect(&targets[..]).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::try_join!(pump(from_client, to_server, modes.clone()), pump(from_server, to_client, modes))?;
    Ok(())
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut modes: watch::Receiver<Mode>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        modes.wait_for(|mode| *mode == Mode::Forward).await.map_err(|_| io::ErrorKind::ConnectionAborted)?;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..length]).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{ErrorKind, Read, Write},
        net::TcpStream as Client,
        time::Duration,
    };

    use super::*;
    use crate::RedisServer;

    fn ping(client: &mut Client) -> io::Result<String> {
        client.write_all(b"PING\r\n")?;
        answer(client)
    }

    fn answer(client: &mut Client) -> io::Result<String> {
        let mut answer = [0; 7];
        client.read_exact(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn connect(proxy: &TcpProxy) -> io::Result<Client> {
        let client = Client::connect(("127.0.0.1", proxy.port()))?;
        client.set_read_timeout(Some(Duration::from_millis(200)))?;
        Ok(client)
    }

    #[test]
    fn a_cut_drops_and_refuses_and_a_heal_mends() {
        let redis = RedisServer::start();
        let proxy = TcpProxy::start(redis.port());
        let mut client = connect(&proxy).unwrap();
        assert_eq!(ping(&mut client).unwrap(), "+PONG\r\n");
        proxy.cut();
        assert!(ping(&mut client).is_err());
        assert_eq!(connect(&proxy).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        proxy.heal();
        assert_eq!(ping(&mut connect(&proxy).unwrap()).unwrap(), "+PONG\r\n");
    }

    #[test]
    fn a_stall_holds_everything_up_and_loses_nothing() {
        let redis = RedisServer::start();
        let proxy = TcpProxy::start(redis.port());
        let mut client = connect(&proxy).unwrap();
        assert_eq!(ping(&mut client).unwrap(), "+PONG\r\n");
        proxy.stall();
        assert_eq!(ping(&mut client).unwrap_err().kind(), ErrorKind::WouldBlock);
        proxy.heal();
        client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        assert_eq!(answer(&mut client).unwrap(), "+PONG\r\n");
    }
}
