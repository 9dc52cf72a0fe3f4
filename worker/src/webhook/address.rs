//! Keeps webhooks away from addresses that only this machine or its network can reach.
//!
//! A name is resolved here, checked, and connected to by the very addresses that were checked: an answer that changes
//! between the two ("DNS rebinding") changes nothing.

use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// A host that leads to nothing but private addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} is a {network} address; a sink there must set allow_private_address = true")]
pub(crate) struct PrivateAddress {
    host: String,
    network: &'static str,
}

impl PrivateAddress {
    /// Finds it among the causes of `error`.
    pub(crate) fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }

    /// Checks a URL whose host is written as an address; those are not resolved, so the resolver never sees them.
    pub(crate) fn check_literal(url: &Url) -> Result<(), Self> {
        let address: IpAddr = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        match private_network(address) {
            Some(network) => Err(Self { host: address.to_string(), network }),
            None => Ok(()),
        }
    }
}

/// Resolves names and leaves private addresses out.
pub(crate) struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str();
            // Port 0 stands for the port of the URL.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            let public = keep_public(host, found)?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn keep_public(host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, PrivateAddress> {
    let network = found.iter().find_map(|address| private_network(address.ip()));
    let public: Vec<_> =
        found.into_iter().filter(|address| private_network(address.ip()).is_none()).collect();
    match network {
        Some(network) if public.is_empty() => Err(PrivateAddress { host: host.to_owned(), network }),
        _ => Ok(public),
    }
}

/// What kind of private or special network an address belongs to; none for one on the public internet.
///
/// Source: the IANA special-purpose address registries. The link-local range holds the metadata services of clouds.
fn private_network(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => private_v4(address),
        IpAddr::V6(address) => private_v6(address),
    }
}

fn private_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("unspecified"),
        [127, ..] => Some("loopback"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some("private"),
        [100, 64..=127, ..] => Some("carrier-grade NAT"),
        [169, 254, ..] => Some("link-local"),
        [192, 0, 0, _] | [198, 18..=19, ..] => Some("special-purpose"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("documentation"),
        [224..=239, ..] => Some("multicast"),
        [240..=255, ..] => Some("reserved"),
        _ => None,
    }
}

fn private_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(inner) = embedded_v4(address) {
        return private_v4(inner);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("unspecified"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("loopback"),
        [0xfc00..=0xfdff, ..] => Some("unique local"),
        [0xfe80..=0xfebf, ..] => Some("link-local"),
        [0xfec0..=0xfeff, ..] => Some("site-local"),
        [0xff00..=0xffff, ..] => Some("multicast"),
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => Some("documentation"),
        // Teredo carries an IPv4 address of somebody else's choosing; 64:ff9b:1::/48 is for local translation.
        [0x2001, 0, ..] | [0x0064, 0xff9b, 1, ..] | [0x0100, 0, 0, 0, ..] => Some("special-purpose"),
        // Everything outside 2000::/3 is not handed out to anybody.
        [0x2000..=0x3fff, ..] => None,
        _ => Some("reserved"),
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated (NAT64) or 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let joined = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match segments {
        // `::` and `::1` are addresses of their own.
        [0, 0, 0, 0, 0, 0, 0, 0..=1] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(joined(high, low))
        }
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Option<&'static str> {
        private_network(address.parse().unwrap())
    }

    #[test]
    fn every_private_network_is_known_by_its_edges() {
        for (addresses, expected) in [
            (&["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"][..], "loopback"),
            (&["10.0.0.1", "172.16.0.0", "172.31.255.255", "192.168.1.1", "::ffff:10.1.2.3"], "private"),
            (&["2002:c0a8:101::1", "::192.168.0.7"], "private"),
            (&["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "febf::1"], "link-local"),
            (&["100.64.0.0", "100.127.255.255"], "carrier-grade NAT"),
            (&["fd00:ec2::254", "fc00::1"], "unique local"),
            (&["0.0.0.0", "0.1.2.3", "::"], "unspecified"),
            (&["224.0.0.1", "ff02::1"], "multicast"),
            (&["255.255.255.255", "240.0.0.1", "4000::1"], "reserved"),
            (&["192.0.2.1", "2001:db8::1"], "documentation"),
            (&["198.18.0.1", "2001::1", "64:ff9b:1::1"], "special-purpose"),
            (&["fec0::1"], "site-local"),
        ] {
            for address in addresses {
                assert_eq!(network(address), Some(expected), "{address}");
            }
        }
    }

    #[test]
    fn public_addresses_are_let_through() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.1.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2002:101:101::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert_eq!(network(address), None, "{address}");
        }
    }

    #[test]
    fn an_address_in_a_url_is_seen_through_every_spelling() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1:8080/x",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "https://user@169.254.169.254/latest",
        ] {
            assert!(PrivateAddress::check_literal(&url.parse().unwrap()).is_err(), "{url}");
        }
        for url in ["https://bridge.example.com/", "http://1.1.1.1/", "https://[2606:4700:4700::1111]/"] {
            assert_eq!(PrivateAddress::check_literal(&url.parse().unwrap()), Ok(()), "{url}");
        }
    }

    #[test]
    fn of_mixed_answers_only_the_public_ones_are_connected_to() {
        let addresses = |texts: &[&str]| -> Vec<SocketAddr> {
            texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect()
        };
        let kept = keep_public("bridge.example", addresses(&["10.0.0.7", "1.1.1.1"])).unwrap();
        assert_eq!(kept, addresses(&["1.1.1.1"]));
        let refused = keep_public("bridge.example", addresses(&["10.0.0.7", "::1"])).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "bridge.example is a private address; a sink there must set allow_private_address = true"
        );
        assert_eq!(keep_public("bridge.example", Vec::new()), Ok(Vec::new()));
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_with_a_reason_that_can_be_found() {
        let resolved = PublicAddresses.resolve("localhost".parse().unwrap()).await;
        let Err(error) = resolved else { panic!("localhost was resolved") };
        let found = PrivateAddress::find(error.as_ref()).unwrap();
        assert_eq!((found.host.as_str(), found.network), ("localhost", "loopback"));
    }
}
