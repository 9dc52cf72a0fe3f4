//! `prospector health`: asks a running role for its own opinion of itself, so that a container without a shell or curl
//! can be checked from inside.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::Context as _;
use url::Url;

use crate::{
    args::{Common, HealthArgs},
    house::load_config,
    output,
};

/// Longest wait for the answer. A role gives each of its own checks two seconds, all at the same time.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);

/// Runs the command; true when the role says that it is ready.
pub(crate) async fn run(common: &Common, args: &HealthArgs) -> anyhow::Result<bool> {
    let url = match &args.url {
        Some(url) => url.clone(),
        None => ready_url(load_config(common)?.api.listen)?,
    };
    // A proxy of the environment is for the world outside, not for this machine.
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(ANSWER_TIMEOUT)
        .build()
        .context("cannot ask anything")?;
    match client.get(url.clone()).send().await {
        Ok(answer) => {
            let ready = answer.status().is_success();
            output::line(answer.text().await.unwrap_or_default().trim_end());
            Ok(ready)
        }
        Err(error) => {
            let error = anyhow::Error::from(error.without_url());
            output::line(&format!("{url} does not answer: {error:#}"));
            Ok(false)
        }
    }
}

/// Where a role that listens on `address` can be asked from the same machine.
fn ready_url(address: SocketAddr) -> anyhow::Result<Url> {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let address = SocketAddr::new(ip, address.port());
    Url::parse(&format!("http://{address}/health/ready")).context("api.listen makes no web address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_listens_everywhere_is_asked_on_the_loopback() {
        for (listen, asked) in [
            ("0.0.0.0:8080", "http://127.0.0.1:8080/health/ready"),
            ("[::]:8080", "http://[::1]:8080/health/ready"),
            ("10.1.2.3:80", "http://10.1.2.3/health/ready"),
        ] {
            assert_eq!(ready_url(listen.parse().unwrap()).unwrap().as_str(), asked);
        }
    }
}
