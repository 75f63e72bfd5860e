//! Urls as they are registered.

use pepay_outbound::{Allowed, Client, Policy, Refused};

fn strict() -> Client {
    Client::new(Policy::default()).expect("the default policy is valid")
}

fn with(allow_http: bool, allow: &[&str]) -> Client {
    let allow = allow.iter().map(|text| text.parse().expect("an exception that parses")).collect();
    Client::new(Policy { allow_http, allow, ..Policy::default() }).expect("a valid policy")
}

fn refuses(client: &Client, why: Refused, urls: &[&str]) {
    for url in urls {
        assert_eq!(client.check(url).err(), Some(why), "{url:?}");
    }
}

fn accepts(client: &Client, urls: &[&str]) {
    for url in urls {
        assert_eq!(client.check(url).err(), None, "{url:?}");
    }
}

#[test]
fn addresses_that_are_not_public_are_refused() {
    refuses(
        &strict(),
        Refused::Address,
        &[
            "https://127.0.0.1/",
            "https://127.0.0.1:8443/hook",
            "https://127.255.255.254/",
            "https://0.0.0.0/",
            "https://10.0.0.1/",
            "https://100.64.0.1/",
            "https://100.100.100.200/latest/meta-data",
            "https://168.63.129.16/machine",
            "https://169.254.169.254/latest/meta-data",
            "https://169.254.170.2/v2/credentials",
            "https://172.16.0.1/",
            "https://172.31.255.255/",
            "https://192.0.0.192/",
            "https://192.0.2.1/",
            "https://192.88.99.1/",
            "https://192.168.1.1/",
            "https://198.18.0.1/",
            "https://198.51.100.1/",
            "https://203.0.113.1/",
            "https://224.0.0.1/",
            "https://240.0.0.1/",
            "https://255.255.255.255/",
            "https://[::]/",
            "https://[::1]/",
            "https://[0:0:0:0:0:0:0:1]:8443/",
            "https://[::127.0.0.1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[0:0:0:0:0:ffff:10.0.0.1]/",
            "https://[::ffff:0:127.0.0.1]/",
            "https://[64:ff9b::127.0.0.1]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://[64:ff9b:1::1]/",
            "https://[100::1]/",
            "https://[2001::1]/",
            "https://[2001:20::1]/",
            "https://[2001:db8::1]/",
            "https://[2002:7f00:1::]/",
            "https://[2002:a9fe:a9fe::1]/",
            "https://[3fff::1]/",
            "https://[fc00::1]/",
            "https://[fd00:ec2::254]/latest/meta-data",
            "https://[fd20:ce::254]/",
            "https://[fe80::1]/",
            "https://[fec0::1]/",
            "https://[ff02::1]/",
        ],
    );
}

#[test]
fn names_of_inner_networks_are_refused() {
    refuses(
        &strict(),
        Refused::Address,
        &[
            "https://localhost/",
            "https://LOCALHOST:8443/",
            "https://shop.localhost/",
            "https://localhost.localdomain/",
            "https://metadata/computeMetadata/v1",
            "https://metadata.google.internal/computeMetadata/v1",
            "https://instance-data/latest",
            "https://instance-data.ec2.internal/latest",
            "https://postgres:5432/",
            "https://router.lan/",
            "https://router.home.arpa/",
            "https://printer.local/",
            "https://db.corp/",
            "https://kubernetes.default.svc/",
            "https://kubernetes.default.svc.cluster.local/",
            "https://receiver.test/",
        ],
    );
}

#[test]
fn odd_spellings_of_a_host_are_refused() {
    refuses(
        &strict(),
        Refused::Spelling,
        &[
            // Decimal, octal, hexadecimal and short forms of 127.0.0.1.
            "https://2130706433/",
            "https://017700000001/",
            "https://0x7f000001/",
            "https://0x7F.1/",
            "https://127.1/",
            "https://127.0.1/",
            "https://0177.0.0.1/",
            "https://127.0.0.01/",
            "https://0/",
            // A public address is no exception: reviewers must read what we connect to.
            "https://134744072/",
            "https://8.8.2056/",
            // Dots at the end, empty labels.
            "https://127.0.0.1./",
            "https://localhost./",
            "https://shop.example.com./",
            "https://shop..example.com/",
            "https://.example.com/",
            // Percent encoding.
            "https://%31%32%37.0.0.1/",
            "https://127%2e0%2e0%2e1/",
            "https://loc%61lhost/",
            "https://%6cocalhost:8443/",
            // Digits, letters and dots that only look like it, and letters that disappear.
            "https://①②⑦.⓪.⓪.①/",
            "https://１２７.０.０.１/",
            "https://127。0。0。1/",
            "https://127．0．0．1/",
            "https://127｡0｡0｡1/",
            "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
            "https://localho\u{ad}st/",
            "https://loc\u{200b}alhost/",
            "https://ſhop.example.com/",
            "https://bücher.example/",
            // What a name does not have.
            "https://127.0.0.1,shop.example.com/",
            "https://$shop.example.com/",
            "https://-shop.example.com/",
            "https://shop-.example.com/",
            "https://a~b.example.com/",
        ],
    );
}

#[test]
fn names_that_no_parser_takes_are_refused() {
    refuses(
        &strict(),
        Refused::Malformed,
        &[
            "",
            "/",
            "shop.example.com/hook",
            "//shop.example.com/hook",
            "https:shop.example.com",
            "https:/shop.example.com",
            "https://",
            "https:///shop.example.com",
            "https://?x",
            "https://:443/",
            "https:\\\\127.0.0.1\\",
            "https://shop.example.com\\@127.0.0.1/",
            "https://shop.example.com/a b",
            "https://shop.example.com/\tx",
            " https://shop.example.com/",
            "https://shop.example.com/\r\nHost: inner",
            "https://127.0.0.1\u{0}.example.com/",
            "https://shop.example.com\u{2028}/",
            "https://[::1%25eth0]/",
            "https://[fe80::1%eth0]/",
            "https://[::1/",
            "https://::1/",
            "https://[v1.x]/",
            "https://[127.0.0.1]/",
            "https://1.2.3.4.5/",
            "https://256.0.0.1/",
            "https://shop.1/",
            "https://shop.example.com,127.0.0.1/",
            "https://4294967296/",
            "https://xn--/",
            "https://xn--a/",
            "https://shop.example.com:65536/",
            "https://shop.example.com:-1/",
            "https://shop.example.com:https/",
            "https://sh<op.example.com/",
            "https://shop|.example.com/",
        ],
    );
}

#[test]
fn other_parts_that_a_receiver_does_not_need_are_refused() {
    refuses(
        &strict(),
        Refused::Scheme,
        &[
            "http://shop.example.com/",
            "ftp://shop.example.com/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_x",
            "unix:///run/docker.sock",
            "wss://shop.example.com/",
            "jar:https://shop.example.com!/",
        ],
    );
    refuses(
        &strict(),
        Refused::Credentials,
        &[
            "https://user@shop.example.com/",
            "https://user:secret@shop.example.com/",
            "https://@shop.example.com/",
            "https://:@127.0.0.1/",
            "https://shop.example.com@127.0.0.1/",
            "https://shop.example.com:443@127.0.0.1/",
            "https://127.0.0.1:443@shop.example.com/",
        ],
    );
    refuses(
        &strict(),
        Refused::Fragment,
        &["https://shop.example.com/#", "https://shop.example.com#@127.0.0.1/", "https://shop.example.com/a?b#c"],
    );
    refuses(
        &strict(),
        Refused::Port,
        &[
            "https://shop.example.com:0/",
            "https://shop.example.com:22/",
            "https://shop.example.com:25/",
            "https://shop.example.com:53/",
            "https://shop.example.com:993/",
            "https://shop.example.com:2049/",
            "https://shop.example.com:6667/",
        ],
    );
    let long = format!("https://shop.example.com/{}", "a".repeat(2048));
    refuses(&strict(), Refused::TooLong, &[&long]);
    refuses(&strict(), Refused::Spelling, &[&format!("https://{}.example.com/", "a".repeat(64))]);
    refuses(&strict(), Refused::Spelling, &[&format!("https://{}com/", "abcdefgh.".repeat(30))]);
}

#[test]
fn receivers_on_the_internet_are_accepted() {
    accepts(
        &strict(),
        &[
            "https://shop.example.com",
            "https://shop.example.com/",
            "HTTPS://Shop.Example.COM/Hook",
            "https://shop.example.com:8443/hooks/pepay?token=a%20b&x=[1]",
            "https://shop.example.com/@user:x/a//b/..%2f",
            "https://shop.example.com?x@y",
            "https://a.b",
            "https://my_shop.example.com/",
            "https://xn--bcher-kva.example/",
            "https://1password.example.com/",
            "https://127.0.0.1.example.com/",
            "https://localhost.example.com/",
            "https://internal.example.com/",
            "https://notlocal.example/",
            "https://mylan.example/",
            "https://8.8.8.8/",
            "https://8.8.8.8:8443/",
            "https://[2606:4700::1111]/",
            "https://[2606:4700:0:0::1111]:8443/hook",
            "https://[::ffff:8.8.8.8]/",
            "https://[64:ff9b::8.8.8.8]/",
        ],
    );
    accepts(&with(true, &[]), &["http://shop.example.com/", "http://8.8.8.8:8080/", "https://shop.example.com/"]);
}

#[test]
fn what_the_operator_lists_may_be_private_and_in_the_clear() {
    let client = with(false, &["localhost", "127.0.0.0/8", "::1", "receiver", "hooks.lan", "169.254.7.7"]);
    accepts(
        &client,
        &[
            "http://localhost:4242/webhooks",
            "http://127.0.0.1:4242/webhooks",
            "https://127.9.9.9/",
            "http://[::1]:4242/",
            "http://[::ffff:127.0.0.1]:4242/",
            "http://receiver:8080/",
            "http://hooks.lan/",
            "http://169.254.7.7/",
        ],
    );
    refuses(&client, Refused::Scheme, &["http://shop.example.com/", "http://8.8.8.8/", "http://receiver.example.com/"]);
    refuses(
        &client,
        Refused::Address,
        &[
            "http://10.0.0.1/",
            "http://[::2]/",
            "http://169.254.169.254/",
            "http://sub.localhost/",
            "http://x.hooks.lan/",
            "http://lan/",
            "https://receiver2/",
        ],
    );
    refuses(&client, Refused::Port, &["http://localhost:22/"]);
    refuses(&client, Refused::Spelling, &["http://127.1/", "http://localhost./"]);
}

#[test]
fn an_exception_is_a_name_an_address_or_a_block() {
    for text in ["localhost", "Receiver", "hooks.example.com", "10.0.0.0/8", "10.1.2.3", "::1", "fd00::/8"] {
        assert!(text.parse::<Allowed>().is_ok(), "{text}");
    }
    for text in ["", "*", "*.lan", "https://localhost", "localhost:80", "10.0.0.0/33", "127.1", "a b", "lan."] {
        assert!(text.parse::<Allowed>().is_err(), "{text}");
    }
    let loopback = Client::new(Policy { allow: Allowed::loopback(), ..Policy::default() }).unwrap();
    accepts(&loopback, &["http://localhost:4242/", "http://127.0.0.1:4242/", "http://[::1]:4242/"]);
    refuses(&loopback, Refused::Address, &["http://10.0.0.1/", "http://192.168.0.1/"]);
}

#[test]
fn forbidden_targets_read_the_same() {
    let texts = ["https://10.0.0.1/", "https://169.254.169.254/", "https://localhost/", "http://db.corp:5432/"]
        .map(|url| strict().check(url).expect_err("forbidden").to_string());
    assert!(texts.iter().all(|text| text == "the host is not a public address"), "{texts:?}");
}

#[test]
fn a_target_keeps_its_secrets_when_printed() {
    let target = strict().check("https://Shop.example.com:8443/hooks/s3cret?token=t0p").expect("a good url");
    assert_eq!(target.to_string(), "https://shop.example.com:8443");
    assert_eq!(format!("{target:?}"), "Target(https://shop.example.com:8443)");
    assert_eq!(target.as_str(), "https://shop.example.com:8443/hooks/s3cret?token=t0p");
    assert_eq!(target.host(), "shop.example.com");
}

#[test]
fn a_policy_without_sense_is_no_client() {
    let refused = |policy: Policy| assert!(Client::new(policy).is_err());
    refused(Policy { max_head_bytes: 8191, ..Policy::default() });
    refused(Policy { timeout: std::time::Duration::ZERO, ..Policy::default() });
    refused(Policy { user_agent: "two\nlines".to_owned(), ..Policy::default() });
    refused(Policy { extra_roots_pem: "nonsense".to_owned(), ..Policy::default() });
}
