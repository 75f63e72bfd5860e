//! What holds for every url, however it was made.

use std::net::{IpAddr, Ipv6Addr};

use pepay_outbound::{Client, Policy};
use proptest::prelude::*;

/// Addresses in each spelling some parser takes.
fn hosts() -> impl Strategy<Value = String> {
    let spelled = any::<[u8; 4]>().prop_flat_map(|[a, b, c, d]| {
        let whole = u32::from_be_bytes([a, b, c, d]);
        prop_oneof![
            Just(format!("{a}.{b}.{c}.{d}")),
            Just(format!("{whole}")),
            Just(format!("{whole:#x}")),
            Just(format!("0{whole:o}")),
            Just(format!("{a:#x}.0{b:o}.{c}.{d}.")),
            Just(format!("{a}.{}", whole & 0x00ff_ffff)),
            Just(format!("[::{a}.{b}.{c}.{d}]")),
            Just(format!("[::ffff:{a}.{b}.{c}.{d}]")),
            Just(format!("[64:ff9b::{a}.{b}.{c}.{d}]")),
            Just(format!("[2002:{:x}:{:x}::1]", u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))),
            Just(format!("%{:02x}{b}.{c}.{d}", b'0' + a % 10)),
        ]
    });
    let near = prop_oneof![Just(0_u8), Just(10), Just(127), Just(169), Just(172), Just(192), Just(224), any::<u8>()];
    let close = (near, any::<[u8; 3]>()).prop_map(|(a, [b, c, d])| format!("{a}.{b}.{c}.{d}"));
    let six = any::<u128>().prop_map(|bits| format!("[{}]", Ipv6Addr::from_bits(bits)));
    prop_oneof![spelled, close, six, "[a-z0-9.%:\\[\\]@-]{0,20}", "\\PC{0,12}", "(localhost|metadata|a\\.b)\\.?"]
}

fn urls() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![6 => Just("https://".to_owned()), 1 => "(HTTPS|http|ftp)?:?[/\\\\]{0,3}"];
    let user = prop_oneof![6 => Just(String::new()), 1 => "[a-z.]{0,5}:?[a-z0-9]{0,3}@"];
    let tail = "(:[0-9]{0,6})?([/?#\\\\][\\PC]{0,12})?";
    (scheme, user, hosts(), tail).prop_map(|(scheme, user, host, tail)| format!("{scheme}{user}{host}{tail}"))
}

/// Written another way than the rules it tests: by what the standard library knows, and arithmetic.
fn must_be_refused(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_documentation()
                || (a, b & 0xc0) == (100, 64)
                || (a, b & 0xfe) == (198, 18)
                || a == 0
                || a >= 224
        }
        IpAddr::V6(ip) => {
            let [.., a, b, c, d] = ip.octets();
            let inner = IpAddr::from([a, b, c, d]);
            let first = ip.segments()[0];
            match ip.segments() {
                [0x64, 0xff9b, 0, 0, 0, 0, ..] => must_be_refused(inner),
                [0x2001, second, ..] => second < 0x200 || second == 0xdb8,
                _ => !(0x2000..0x4000).contains(&first) || first == 0x2002,
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn no_url_leads_to_a_forbidden_address(url in urls()) {
        let client = client();
        if let Ok(target) = client.check(&url) {
            let host = target.host();
            if let Ok(ip) = host.parse::<IpAddr>() {
                prop_assert!(!must_be_refused(ip), "{url:?} leads to {ip}");
            }
            // Nothing is left for a resolver to take for an address.
            prop_assert!(host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte)));
            prop_assert!(host.contains(['.', ':']) && !host.ends_with('.'));
            // Checked again, it is the same.
            let again = client.check(target.as_str());
            prop_assert_eq!(again.as_ref().ok(), Some(&target));
        }
    }

    #[test]
    fn no_text_is_a_panic(url in "\\PC{0,60}|https://\\PC{0,40}|https://[\u{0}-\u{ffff}]{0,20}") {
        let _ = client().check(&url);
    }
}

/// One for all cases: reading the system's certificates takes longer than a case.
fn client() -> &'static Client {
    static CLIENT: std::sync::OnceLock<Client> = std::sync::OnceLock::new();
    CLIENT.get_or_init(|| Client::new(Policy::default()).expect("the default policy is valid"))
}
