//! Accepting connections, with bounds that keep a slow or greedy caller from taking the server for itself.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use prospector_runtime::shutdown::Shutdown;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use crate::{
    router::{probes_router, router},
    state::ApiState,
};

/// Connections at once; those beyond wait in the kernel's queue. Each costs some tens of kilobytes.
const CONNECTIONS_MAX: usize = 4_096;
/// How long the head of a request may take, and how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes the head of a request may have.
const HEAD_MAX_BYTES: usize = 64 * 1_024;
/// Pause after the system could not accept, say for lack of file handles: time for some to be closed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves the interface on `listener` until `shutdown`: when draining begins, no connection is accepted any more, event
/// streams end and running requests are finished; when stopping begins, whatever is left is cut off.
///
/// # Errors
/// When the listener has no local address, that is, never in practice.
pub async fn serve(state: ApiState, listener: TcpListener, shutdown: &Shutdown) -> io::Result<()> {
    tracing::info!(api.listen = %listener.local_addr()?, "the API listens");
    serve_app(router(state), listener, shutdown).await;
    Ok(())
}

/// Serves only health, readiness and metrics: what a role without an interface of its own shows. Otherwise as [`serve`].
///
/// # Errors
/// As [`serve`].
pub async fn serve_probes(state: ApiState, listener: TcpListener, shutdown: &Shutdown) -> io::Result<()> {
    tracing::info!(health.listen = %listener.local_addr()?, "health and metrics are served");
    serve_app(probes_router(state), listener, shutdown).await;
    Ok(())
}

async fn serve_app(app: Router, listener: TcpListener, shutdown: &Shutdown) {
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let accepting = accept(&listener, &app, &connections, &places);
    shutdown.draining().run_until_cancelled(accepting).await;
    drop(listener);
    if shutdown.unless_stopped(connections.shutdown()).await.is_none() {
        tracing::warn!("connections were cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    app: &Router,
    connections: &GracefulShutdown,
    places: &Arc<Semaphore>,
) -> Infallible {
    loop {
        let place = Arc::clone(places).acquire_owned().await.expect("this semaphore is never closed");
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = connect(stream, app.clone());
                let watched = connections.watch(connection);
                tokio::spawn(async move {
                    // A connection that breaks is everyday life; what it carried was noted where it failed.
                    if let Err(error) = watched.await {
                        tracing::debug!(error = %error, "a connection broke");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn connect(
    stream: TcpStream,
    app: Router,
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // Answers are small; waiting to fill a packet would only delay them. It may fail when the caller is gone already.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_MAX_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app))
}
