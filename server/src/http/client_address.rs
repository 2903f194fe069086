//! Where a request came from.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{HeaderMap, request::Parts};

use crate::state::AppState;

/// The network address of whoever is asking. A proxy's word is taken only where the settings say
/// so: anybody can send the header.
#[derive(Debug, Clone)]
pub(crate) struct ClientAddress(pub(crate) String);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let address = peer.map(|peer| client(peer, &parts.headers, &state.config.trusted_proxies));
        Ok(Self(address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())))
    }
}

/// The last address in the chain that isn't a trusted proxy's.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().rev();
    let hops = forwarded.filter_map(|value| value.to_str().ok()).flat_map(|value| value.rsplit(','));
    let mut client = peer;
    for hop in hops {
        if !trusted.contains(&client) {
            break;
        }
        match hop.trim().parse() {
            Ok(address) => client = address,
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "6.6.6.6, 9.9.9.9".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.2".parse().unwrap());
        let client_behind = |trusted: &[IpAddr]| client(ip("10.0.0.1"), &headers, trusted);
        assert_eq!(client_behind(&[]), ip("10.0.0.1"));
        assert_eq!(client_behind(&[ip("10.0.0.1")]), ip("10.0.0.2"));
        assert_eq!(client_behind(&[ip("10.0.0.1"), ip("10.0.0.2")]), ip("9.9.9.9"));
    }
}
