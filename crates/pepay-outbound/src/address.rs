//! Which addresses a stranger may make us connect to.
//!
//! IPv6 is judged by what is known to be public (global unicast without the special blocks), so that what is assigned
//! tomorrow is refused until somebody has looked; IPv4 is full, so there the special blocks are listed. An IPv6 address
//! that carries an IPv4 address is as good as the one it carries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who may be behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Anybody on the internet.
    Public,
    /// This machine or its network: loopback, RFC 1918, shared and unique local addresses.
    Private,
    /// Nobody a request is meant for: link-local (cloud metadata is there), multicast, reserved, translated.
    Special,
}

/// Address and prefix length.
type Block4 = (Ipv4Addr, u32);
type Block6 = (Ipv6Addr, u32);

const PRIVATE_V4: [Block4; 5] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10), // Carriers share it; clouds put services there.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];

const SPECIAL_V4: [Block4; 14] = [
    (Ipv4Addr::UNSPECIFIED, 8),            // "This" network; Linux takes 0.0.0.0 for loopback.
    (Ipv4Addr::new(168, 63, 129, 16), 32), // Azure's platform service: a public address that only guests reach.
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // Link-local: metadata services.
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // Protocol assignments; Oracle's metadata service.
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // Documentation.
    (Ipv4Addr::new(192, 31, 196, 0), 24),  // AS112: answers for private reverse zones.
    (Ipv4Addr::new(192, 52, 193, 0), 24),  // Multicast tunnelling.
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // 6to4 relays.
    (Ipv4Addr::new(192, 175, 48, 0), 24),  // AS112.
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // Benchmarking.
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // Documentation.
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // Documentation.
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // Multicast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // Reserved, and broadcast.
];

const UNIQUE_LOCAL: Block6 = (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7);
const NAT64: Block6 = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);
const GLOBAL_UNICAST: Block6 = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is special inside the global unicast block.
const SPECIAL_V6: [Block6; 6] = [
    // Protocol assignments: Teredo, ORCHID, benchmarking, anycast.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // Documentation.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),     // 6to4: tunnels to any IPv4 address; no receiver needs it.
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48), // AS112.
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16),     // The 6bone, returned.
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),     // Documentation.
];

/// Who may be behind `ip`.
pub(crate) fn reach(ip: IpAddr) -> Reach {
    match ip {
        IpAddr::V4(ip) => reach_v4(ip),
        IpAddr::V6(ip) => reach_v6(ip),
    }
}

fn reach_v4(ip: Ipv4Addr) -> Reach {
    if PRIVATE_V4.iter().any(|block| contains_v4(*block, ip)) {
        Reach::Private
    } else if SPECIAL_V4.iter().any(|block| contains_v4(*block, ip)) {
        Reach::Special
    } else {
        Reach::Public
    }
}

fn reach_v6(ip: Ipv6Addr) -> Reach {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return reach_v4(inner);
    }
    if ip.is_loopback() || contains_v6(UNIQUE_LOCAL, ip) {
        return Reach::Private;
    }
    if contains_v6(NAT64, ip) {
        // Networks without IPv4 reach public receivers this way. A private address inside is nobody's to translate.
        let [.., a, b, c, d] = ip.octets();
        return if reach_v4(Ipv4Addr::new(a, b, c, d)) == Reach::Public { Reach::Public } else { Reach::Special };
    }
    let public = contains_v6(GLOBAL_UNICAST, ip) && !SPECIAL_V6.iter().any(|block| contains_v6(*block, ip));
    if public { Reach::Public } else { Reach::Special }
}

fn contains_v4((base, prefix): Block4, ip: Ipv4Addr) -> bool {
    let mask = u32::MAX << (u32::BITS - prefix);
    ip.to_bits() & mask == base.to_bits()
}

fn contains_v6((base, prefix): Block6, ip: Ipv6Addr) -> bool {
    let mask = u128::MAX << (u128::BITS - prefix);
    ip.to_bits() & mask == base.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(expected: Reach, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn the_own_network_is_private() {
        all(
            Reach::Private,
            &[
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:c0a8:101",
                "fc00::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "fdff::1",
            ],
        );
    }

    #[test]
    fn special_blocks_are_nobody() {
        all(
            Reach::Special,
            &[
                "0.0.0.0",
                "0.1.2.3",
                "168.63.129.16",
                "169.254.169.254",
                "169.254.170.2",
                "192.0.0.192",
                "192.0.2.1",
                "192.31.196.1",
                "192.52.193.1",
                "192.88.99.1",
                "192.175.48.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::2",
                "::7f00:1",
                "::10.0.0.1",
                "::8.8.8.8",
                "::ffff:169.254.169.254",
                "::ffff:0:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b:1::1",
                "64:ff9b:1::8.8.8.8",
                "100::1",
                "100:0:0:1::1",
                "2001::1",
                "2001:0:7f00:1::1",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:1ff:ffff::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                "2002:a00:1::1",
                "2002:808:808::1",
                "2620:4f:8000::1",
                "3ffe::1",
                "3fff::1",
                "4000::1",
                "5f00::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "feff::1",
                "ff02::1",
                "ff0e::1",
            ],
        );
    }

    #[test]
    fn the_internet_is_public() {
        all(
            Reach::Public,
            &[
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2003::1",
                "2606:4700::1111",
                "2a00:1450::1",
                "3ffd::1",
            ],
        );
    }
}
