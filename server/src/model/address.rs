//! Which network addresses an endpoint may have.
//!
//! An admin's word decides where requests go, and an admin isn't always who owns the machine and
//! its network. Names are looked up when a connection is made, and what is looked up is what is
//! connected to: a name can't point elsewhere in between. Redirects aren't followed at all.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use app::error::AppError;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// How far requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To the internet, and no address of this machine or a private network.
    Public,
    /// To this machine and private networks as well.
    Inside,
}

impl Reach {
    /// Whether requests may go to this address. To those that tell the secrets of a cloud's
    /// machines to whoever asks from within, they never may.
    pub fn allows(self, address: IpAddr) -> bool {
        let address = unwrapped(address);
        !is_never_an_endpoint(address) && (self == Self::Inside || !is_inside(address))
    }
}

/// Looks names up, and gives of their addresses those within reach.
pub struct Guard(pub Reach);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.into_iter().filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err("no address of it may be asked".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// An endpoint's base URL, as it is stored: with http or https, without credentials, query and
/// trailing slash. Where its host is an address, and so isn't looked up, it must be within reach.
///
/// # Errors
/// [`AppError::Invalid`] in the field `base_url`.
pub fn parse_base_url(text: &str, reach: Reach) -> Result<String, AppError> {
    let invalid = |message: &str| AppError::invalid("base_url", message);
    let url = Url::parse(text.trim())
        .map_err(|_| invalid("Write an address such as https://models.example.com/v1."))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(invalid("The address begins with https:// or http:// and names a host."));
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(invalid(
            "The address has no user, password, query or fragment: a key has a field of its own.",
        ));
    }
    // The parser has read decimal, octal and hexadecimal addresses as what they are.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    if host.parse().is_ok_and(|address| !reach.allows(address)) {
        return Err(invalid(match reach {
            Reach::Public => "This is no address of the internet. Say that the model is inside if it is.",
            Reach::Inside => "Models can't have this address.",
        }));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether a base URL names this machine or an address of a private network.
pub fn is_local(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address| is_inside(unwrapped(address)))
}

/// The IPv4 address that an IPv6 one stands for, be it mapped or translated (RFC 6052).
fn unwrapped(address: IpAddr) -> IpAddr {
    if let IpAddr::V6(v6) = address
        && let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = v6.segments()
    {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        return Ipv4Addr::new(a, b, c, d).into();
    }
    address.to_canonical()
}

/// Link-local addresses, where clouds answer with credentials, their other such addresses (Alibaba,
/// Azure, AWS over IPv6), and what is no machine's at all.
fn is_never_an_endpoint(address: IpAddr) -> bool {
    const METADATA: &[IpAddr] = &[
        IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
        IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    ];
    METADATA.contains(&address)
        || address.is_unspecified()
        || address.is_multicast()
        || match address {
            IpAddr::V4(v4) => {
                v4.is_link_local() || v4.is_broadcast() || v4.octets()[0] == 0 || v4.octets()[0] >= 240
            }
            // fe80::/10, and fec0::/10, which once meant the same of a site.
            IpAddr::V6(v6) => matches!(v6.segments()[0] & 0xffc0, 0xfe80 | 0xfec0),
        }
}

/// This machine and private networks, carriers' and benchmarks' among them (RFC 6598, RFC 2544).
fn is_inside(address: IpAddr) -> bool {
    address.is_loopback()
        || match address {
            IpAddr::V4(v4) => {
                let [a, b, ..] = v4.octets();
                v4.is_private() || a == 100 && (64..128).contains(&b) || a == 198 && (18..20).contains(&b)
            }
            IpAddr::V6(v6) => v6.segments()[0] & 0xfe00 == 0xfc00,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_of_writing_it_reaches_what_is_out_of_reach() {
        for metadata in [
            "http://169.254.169.254/v1",
            "http://2852039166/v1",
            "http://0xa9.0xfe.0xa9.0xfe/v1",
            "http://0251.0376.0251.0376/v1",
            "http://[::ffff:169.254.169.254]/v1",
            "http://[::ffff:a9fe:a9fe]/v1",
            "http://[64:ff9b::a9fe:a9fe]/v1",
            "http://[fd00:ec2::254]/v1",
            "http://[fe80::1]/v1",
            "http://0.0.0.0/v1",
            "http://100.100.100.200/v1",
        ] {
            assert!(parse_base_url(metadata, Reach::Inside).is_err(), "{metadata}");
            assert!(parse_base_url(metadata, Reach::Public).is_err(), "{metadata}");
        }
        for inside in [
            "http://127.0.0.1:11434/v1",
            "http://10.1.2.3/v1",
            "http://[::1]/v1",
            "http://[::ffff:10.1.2.3]/v1",
            "http://2130706433/v1",
        ] {
            assert!(parse_base_url(inside, Reach::Inside).is_ok(), "{inside}");
            assert!(parse_base_url(inside, Reach::Public).is_err(), "{inside}");
        }
    }

    #[test]
    fn a_base_url_is_one_and_nothing_more() {
        assert_eq!(
            parse_base_url(" https://Models.example.com/v1/ ", Reach::Public).unwrap(),
            "https://models.example.com/v1"
        );
        for wrong in [
            "models.example.com",
            "ftp://models.example.com",
            "https://me:pw@models.example.com/v1",
            "https://models.example.com/v1?key=1",
        ] {
            assert!(parse_base_url(wrong, Reach::Public).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_is_judged_by_the_addresses_that_it_has() {
        let look_up = async |reach| Guard(reach).resolve("localhost".parse().unwrap()).await;
        assert!(look_up(Reach::Inside).await.is_ok());
        assert!(look_up(Reach::Public).await.is_err());
    }
}
