//! Following a chain whose providers are dead, slow, wrong or lying.

use std::time::{Duration, Instant};

use pepay_chain::Error;
use pepay_chain::evm::{Client, Config, Url};
use pepay_chain::scan::Source as _;
use pepay_core::transfer::Observed;
use serde_json::{Value, json};

use crate::proxy::{Act, Proxy};
use crate::world::{Follower, World, account, units};

fn dead() -> Url {
    "http://127.0.0.1:9".parse().expect("a url")
}

/// Follows to the end and says what went to `account(1)`. Errors on the way are tried again, as the watcher does.
async fn seen(client: &Client) -> (Follower, Vec<Observed>) {
    let mut follower = Follower::default();
    let started = Instant::now();
    loop {
        match follower.step(client).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => assert!(started.elapsed() < Duration::from_secs(30), "{error}"),
        }
    }
    let seen = follower.to(account(1));
    (follower, seen)
}

async fn client(world: &World, rpcs: Vec<Url>) -> Client {
    let config = Config { timeout: Duration::from_millis(800), ..world.config(rpcs) };
    Client::connect(config).await.expect("a provider serves the chain")
}

#[tokio::test]
async fn a_dead_provider_is_passed_over() {
    let world = World::start().await;
    world.pay(0, account(1), 5).await;
    let client = client(&world, vec![dead(), world.anvil.url().clone()]).await;
    let (follower, seen) = seen(&client).await;
    assert_eq!((seen.len(), follower.head()), (1, world.anvil.head().await.unwrap()));
    let health = client.health();
    assert_eq!(health[0].url_host, "http://127.0.0.1:9");
    assert_eq!(health[0].last_error.as_deref(), Some("eth_chainId: cannot connect"));
    assert!(health[1].healthy && health[1].latency_ms.is_some() && health[1].head == Some(follower.head()));
}

#[tokio::test]
async fn a_hanging_provider_is_passed_over() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone(), world.anvil.url().clone()]).await;
    world.pay(0, account(1), 5).await;
    proxy.set(|_, _| Act::Hang);
    assert_eq!(seen(&client).await.1.len(), 1);
    assert!(!client.health()[0].healthy);
}

#[tokio::test]
async fn with_every_provider_down_nothing_is_skipped() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone()]).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    proxy.set(|_, _| Act::Status(503, 0));
    world.pay(0, account(1), 5).await;
    let error = follower.step(&client).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    proxy.honest();
    assert_eq!(seen(&client).await.1.len(), 1);
}

#[tokio::test]
async fn a_provider_that_asks_for_time_gets_it() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone(), world.anvil.url().clone()]).await;
    proxy.set(|_, _| Act::Status(429, 30));
    world.pay(0, account(1), 5).await;
    assert_eq!(seen(&client).await.1.len(), 1);
    let calls = proxy.calls();
    world.pay(0, account(1), 6).await;
    assert_eq!(seen(&client).await.1.len(), 2);
    assert_eq!(proxy.calls(), calls, "asked again before its time");
}

/// Adds a thousand to the newest block, and nothing to any other.
fn boast(method: &str, params: &Value) -> Act {
    match (method, params[0].as_str()) {
        ("eth_blockNumber", _) => Act::Result(json!("0xffffff")),
        ("eth_getBlockByNumber", Some("latest" | "finalized")) => Act::Alter(|block| block["number"] = json!("0x7000")),
        _ => Act::Forward,
    }
}

#[tokio::test]
async fn a_claimed_head_is_not_believed() {
    let world = World::start().await;
    world.pay(0, account(1), 5).await;
    let truth = world.anvil.head().await.unwrap();
    let proxy = Proxy::before(world.anvil.url()).await;
    proxy.set(boast);
    for rpcs in [vec![proxy.url.clone()], vec![proxy.url.clone(), world.anvil.url().clone()]] {
        let several = rpcs.len() > 1;
        let client = client(&world, rpcs).await;
        let (follower, seen) = seen(&client).await;
        let tip = follower.last.unwrap().tip;
        assert_eq!((seen.len(), tip.head), (1, truth));
        // Alone it may call everything final; beside another it may not.
        assert!(!several || tip.finalized == 0, "{tip:?}");
    }
}

#[tokio::test]
async fn a_provider_that_lags_does_not_hold_up_the_others() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    proxy.set(|method, params| match (method, params[0].as_str()) {
        ("eth_getBlockByNumber", Some("latest")) => Act::Alter(|block| block["number"] = json!("0x1")),
        ("eth_getBlockByNumber", Some("0x0" | "0x1")) => Act::Forward,
        ("eth_getBlockByNumber", _) => Act::Result(Value::Null),
        _ => Act::Forward,
    });
    world.pay(0, account(1), 5).await;
    let client = client(&world, vec![proxy.url.clone(), world.anvil.url().clone()]).await;
    let (follower, seen) = seen(&client).await;
    assert_eq!((seen.len(), follower.head()), (1, world.anvil.head().await.unwrap()));
}

#[tokio::test]
async fn logs_left_out_are_got_elsewhere() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone(), world.anvil.url().clone()]).await;
    proxy.set(|method, _| if method == "eth_getLogs" { Act::Result(json!([])) } else { Act::Forward });
    // First over many blocks at once, then block by block.
    world.pay(0, account(1), 5).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).len(), 1);
    assert!(client.health()[0].last_error.as_ref().unwrap().contains("left out"), "{:?}", client.health());
    while !client.health()[0].healthy {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.pay(1, account(1), 6).await;
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).len(), 2);
}

/// Nothing in any range, as of a machine whose logs lag behind its blocks; `by_hash` is what it says of one block.
fn empty_ranges(by_hash: fn() -> Act) -> impl Fn(&str, &Value) -> Act {
    move |method, params| match (method, params[0]["blockHash"].is_string()) {
        ("eth_getLogs", true) | ("eth_getBlockReceipts", _) => by_hash(),
        ("eth_getLogs", false) => Act::Result(json!([])),
        _ => Act::Forward,
    }
}

#[tokio::test]
async fn an_empty_range_is_not_believed_against_the_headers() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone()]).await;
    world.anvil.mine(10).await.unwrap();
    world.pay(0, account(1), 5).await;
    world.anvil.mine(10).await.unwrap();
    proxy.set(empty_ranges(|| Act::Forward));
    let mut follower = Follower::default();
    follower.follow(&client).await;
    assert_eq!((follower.head(), follower.to(account(1)).len()), (world.anvil.head().await.unwrap(), 1));
    assert!(client.health()[0].last_error.as_ref().unwrap().contains("left out"), "{:?}", client.health());
}

#[tokio::test]
async fn a_doubtful_block_nobody_answers_for_is_waited_for() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let alone = client(&world, vec![proxy.url.clone()]).await;
    let mut follower = Follower::default();
    follower.follow(&alone).await;
    world.anvil.mine(5).await.unwrap();
    let paid = world.pay(0, account(1), 5).await;
    // Block after block would be refused by what lags: only a range comes back empty.
    world.anvil.mine(1).await.unwrap();
    proxy.set(empty_ranges(|| Act::Error(-32000, "unknown block".to_owned())));
    follower.follow(&alone).await;
    assert_eq!((follower.head(), follower.to(account(1)).len()), (paid - 1, 0));
    // Far below the head it is no question of time, and somebody must be told.
    world.anvil.mine(20).await.unwrap();
    assert!(matches!(follower.step(&alone).await, Err(Error::Refused { .. })));
    assert_eq!(follower.head(), paid - 1);
    proxy.honest();
    follower.follow(&alone).await;
    assert_eq!((follower.head(), follower.to(account(1)).len()), (paid + 21, 1));
}

#[tokio::test]
async fn a_doubtful_block_is_asked_for_elsewhere() {
    let world = World::start().await;
    world.pay(0, account(1), 5).await;
    let (first, second) = (Proxy::before(world.anvil.url()).await, Proxy::before(world.anvil.url()).await);
    first.set(empty_ranges(|| Act::Error(-32000, "unknown block".to_owned())));
    // The other one lags in the same way, but knows the block.
    second.set(empty_ranges(|| Act::Forward));
    let client = client(&world, vec![first.url.clone(), second.url.clone()]).await;
    let (follower, seen) = seen(&client).await;
    assert_eq!((seen.len(), follower.head()), (1, world.anvil.head().await.unwrap()));
}

#[tokio::test]
async fn a_header_that_promises_too_much_stops_nothing() {
    let world = World::start().await;
    world.anvil.mine(40).await.unwrap();
    let proxy = Proxy::before(world.anvil.url()).await;
    proxy.set(|method, _| match method {
        "eth_getBlockByNumber" => Act::Alter(|block| block["logsBloom"] = json!(format!("0x{}", "ff".repeat(256)))),
        _ => Act::Forward,
    });
    let client = client(&world, vec![proxy.url.clone()]).await;
    let calls = proxy.calls();
    let (follower, _) = seen(&client).await;
    let blocks = usize::try_from(world.anvil.head().await.unwrap()).unwrap();
    assert_eq!(follower.head(), world.anvil.head().await.unwrap());
    assert!(proxy.calls() - calls <= 2 * blocks + 10, "{} calls for {blocks} blocks", proxy.calls() - calls);
}

#[tokio::test]
async fn a_block_that_is_too_new_for_a_part_of_the_provider_is_waited_for() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone()]).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    world.pay(0, account(1), 5).await;
    proxy.set(|method, _| match method {
        "eth_getLogs" => Act::Error(-32000, "unknown block".to_owned()),
        _ => Act::Forward,
    });
    assert!(!follower.step(&client).await.unwrap());
    // Far below the head it is no question of time.
    world.anvil.mine(20).await.unwrap();
    assert!(matches!(follower.step(&client).await, Err(Error::Refused { .. })));
    proxy.honest();
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).len(), 1);
}

#[tokio::test]
async fn ranges_shrink_until_they_are_accepted() {
    let world = World::start().await;
    for count in [1, 2] {
        world.pay(0, account(1), count).await;
        world.anvil.mine(90).await.unwrap();
    }
    let proxy = Proxy::before(world.anvil.url()).await;
    proxy.set(|method, params| {
        let number = |field: &str| {
            params[0][field].as_str().and_then(|text| u64::from_str_radix(text.trim_start_matches("0x"), 16).ok())
        };
        match (method, number("fromBlock"), number("toBlock")) {
            ("eth_getLogs", Some(from), Some(to)) if to - from >= 10 => {
                Act::Error(-32005, "query returned more than 10000 results".to_owned())
            }
            _ => Act::Forward,
        }
    });
    let client = client(&world, vec![proxy.url.clone()]).await;
    let (_, seen) = seen(&client).await;
    assert_eq!(seen.iter().map(|it| it.units).collect::<Vec<_>>(), [units(1), units(2)]);
    assert!(client.health()[0].healthy);
}

#[tokio::test]
async fn a_block_with_too_many_logs_is_read_from_its_receipts() {
    let world = World::start().await;
    world.pay(0, account(1), 5).await;
    let proxy = Proxy::before(world.anvil.url()).await;
    proxy.set(|method, _| match method {
        "eth_getLogs" => Act::Error(-32602, "Log response size exceeded".to_owned()),
        _ => Act::Forward,
    });
    let client = client(&world, vec![proxy.url.clone()]).await;
    assert_eq!(seen(&client).await.1.len(), 1);
    world.pay(2, account(1), 6).await;
    assert_eq!(seen(&client).await.1.len(), 2);
}

#[tokio::test]
async fn two_hashes_of_one_block_stop_the_watcher_before_it() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![world.anvil.url().clone(), proxy.url.clone()]).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    let agreed = follower.head();
    world.anvil.mine(3).await.unwrap();
    world.pay(0, account(1), 5).await;
    proxy.set(move |method, params| {
        let asked = params[0].as_str().and_then(|text| u64::from_str_radix(text.trim_start_matches("0x"), 16).ok());
        if method == "eth_getBlockByNumber" && asked.is_some_and(|number| number > agreed + 2) {
            return Act::Alter(|block| block["hash"] = json!(format!("0x{}", "ab".repeat(32))));
        }
        Act::Forward
    });
    follower.follow(&client).await;
    assert_eq!((follower.head(), follower.to(account(1)).len()), (agreed + 2, 0));
    proxy.honest();
    follower.follow(&client).await;
    assert_eq!((follower.head(), follower.to(account(1)).len()), (agreed + 4, 1));
}

#[tokio::test]
async fn logs_of_another_block_are_not_believed() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone()]).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    world.pay(0, account(1), 5).await;
    proxy.set(|method, _| match method {
        "eth_getLogs" => Act::Alter(|logs| {
            for log in logs.as_array_mut().into_iter().flatten() {
                log["blockHash"] = json!(format!("0x{}", "cd".repeat(32)));
            }
        }),
        _ => Act::Forward,
    });
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).len(), 0);
    proxy.honest();
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).len(), 1);
}

#[tokio::test]
async fn keys_in_urls_are_shown_nowhere() {
    let world = World::start().await;
    let proxy = Proxy::before(world.anvil.url()).await;
    let mut url = proxy.url.clone();
    url.set_path("/v3/pathsecret");
    url.set_query(Some("apikey=querysecret"));
    let client = client(&world, vec![url]).await;
    proxy.set(|_, _| Act::Error(-32000, "project pathsecret querysecret has exceeded its rate limit".to_owned()));
    let error = client.tip().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", client.health());
    assert!(shown.contains("rate limit"), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn old_nodes_are_asked_for_balances_by_number() {
    let world = World::start().await;
    world.pay_native(account(1), 5).await;
    let proxy = Proxy::before(world.anvil.url()).await;
    proxy.set(|method, params| {
        if method == "eth_call" && params[1].is_object() {
            return Act::Error(-32602, "invalid argument 1: json: cannot unmarshal object".to_owned());
        }
        Act::Forward
    });
    let client = client(&world, vec![proxy.url.clone()]).await;
    let head = client.block(world.anvil.head().await.unwrap()).await.unwrap().unwrap();
    assert_eq!(client.balances(&[account(1)], head).await.unwrap(), [units(5)]);
    // The answer tells that it is of another chain of blocks.
    let other = pepay_core::transfer::Block { parent: [1; 32], ..head };
    assert!(matches!(client.balances(&[account(1)], other).await, Err(Error::Unstable { .. })));
}

#[tokio::test]
async fn without_traces_or_state_the_money_is_still_reported() {
    let world = World::start().await;
    let start = world.anvil.head().await.unwrap() + 1;
    let sent = world.devnet.pay_through_contract(account(1), units(5)).await.unwrap();
    let at = world.devnet.wallet().mined(sent).await.unwrap();
    world.anvil.mine(9).await.unwrap();
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone()]).await;
    let missing = |method: &str| Act::Error(-32601, format!("the method {method} does not exist/is not available"));
    proxy.set(move |method, _| if method.contains("trace") { missing(method) } else { Act::Forward });
    let found = client.locate_native(account(1), (start, at + 9), units(5), units(5), &[]).await.unwrap();
    assert_eq!(found.iter().map(|it| (it.anchor.block_number, it.units)).collect::<Vec<_>>(), [(at, units(5))]);
    assert_eq!(found[0].tx_hash, None);
    // Only the nested kind of trace.
    proxy.set(move |method, _| if method == "trace_block" { missing(method) } else { Act::Forward });
    let found = client.locate_native(account(1), (start, at + 9), units(5), units(5), &[]).await.unwrap();
    assert_eq!(found[0].tx_hash, Some(format!("{sent:#x}")));
    proxy.set(|method, _| match method {
        "eth_getBalance" => Act::Error(-32000, "missing trie node 1c3a".to_owned()),
        _ => Act::Forward,
    });
    let found = client.locate_native(account(1), (start, at + 9), units(5), units(5), &[]).await.unwrap();
    assert_eq!(found.iter().map(|it| (it.anchor.block_number, it.units)).collect::<Vec<_>>(), [(at + 9, units(5))]);
}

#[tokio::test]
async fn coin_found_again_under_another_name_is_not_new() {
    let world = World::start().await;
    let start = world.anvil.head().await.unwrap() + 1;
    let first = world.devnet.pay_through_contract(account(1), units(5)).await.unwrap();
    let first_at = world.devnet.wallet().mined(first).await.unwrap();
    world.anvil.mine(5).await.unwrap();
    let proxy = Proxy::before(world.anvil.url()).await;
    let client = client(&world, vec![proxy.url.clone()]).await;
    let untraced = |method: &str, _: &Value| match method {
        "trace_block" | "debug_traceBlockByNumber" => Act::Error(-32601, format!("the method {method} does not exist")),
        _ => Act::Forward,
    };
    let pruned = |method: &str, _: &Value| match method {
        "eth_getBalance" => Act::Error(-32000, "missing trie node 1c3a".to_owned()),
        _ => Act::Forward,
    };
    let locate = async |to, balance, missing, recorded: &[Observed]| {
        client.locate_native(account(1), (start, to), units(balance), units(missing), recorded).await.unwrap()
    };
    let traced = locate(first_at + 5, 5, 5, &[]).await;
    proxy.set(untraced);
    let nameless = locate(first_at + 5, 5, 5, &[]).await;
    proxy.set(pruned);
    let displaced = locate(first_at + 5, 5, 5, &[]).await;
    assert!(displaced[0].anchor.block_number > first_at);

    let second = world.devnet.pay_through_contract(account(1), units(6)).await.unwrap();
    let second_at = world.devnet.wallet().mined(second).await.unwrap();
    world.anvil.mine(5).await.unwrap();
    for recorded in [traced, nameless, displaced] {
        proxy.honest();
        let found = locate(second_at + 5, 11, 6, &recorded).await;
        let told: Vec<_> = found.iter().map(|it| (it.anchor.block_number, it.units, it.tx_hash.clone())).collect();
        assert_eq!(told, [(second_at, units(6), Some(format!("{second:#x}")))], "{recorded:?}");
        proxy.set(untraced);
        let found = locate(second_at + 5, 11, 6, &recorded).await;
        let told: Vec<_> = found.iter().map(|it| (it.anchor.block_number, it.units, it.tx_hash.clone())).collect();
        assert_eq!(told, [(second_at, units(6), None)], "{recorded:?}");
        proxy.set(pruned);
        let found = locate(second_at + 5, 11, 6, &recorded).await;
        assert_eq!(found.iter().map(|it| it.units).collect::<Vec<_>>(), [units(6)], "{recorded:?}");
    }
}
