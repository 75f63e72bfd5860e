//! Every RPC provider of every network: the right chain, a fresh head, logs in the configured range.

use futures_util::future::join_all;
use pepay_chain::evm::probe::{Answer, Probe, probe};
use pepay_core::time::Millis;
use pepay_core::token::Catalogue;

use super::Finding;
use crate::chains;
use crate::config::Config;

const CHECK: &str = "network";
/// A head older than this is no head, on any network that has blocks every few seconds.
const OLD_HEAD_MS: i64 = 120_000;
/// A provider this far behind another one delays whoever relies on it.
const MAX_LAG_BLOCKS: u64 = 10;

/// What was found, and the time of the newest block.
pub(super) async fn examine(config: &Config, catalogue: &Catalogue, now: Millis) -> (Vec<Finding>, Option<Millis>) {
    let asked = config.networks.enabled().map(|(id, network)| async move {
        match chains::settings(&id, network, catalogue) {
            Ok(settings) => {
                let probes = probe(&settings).await;
                (judge(&id.to_string(), settings.chain_id, &probes, now), newest(&probes))
            }
            Err(error) => (vec![Finding::fail(CHECK, format!("{error:#}"), "correct its URLs")], None),
        }
    });
    let (findings, newest): (Vec<_>, Vec<_>) = join_all(asked).await.into_iter().unzip();
    (findings.concat(), newest.into_iter().flatten().max())
}

fn newest(probes: &[Probe]) -> Option<Millis> {
    let times = probes.iter().filter_map(|probe| match &probe.answer {
        Answer::Reads { head_at, .. } => Some(*head_at),
        Answer::Tells | Answer::WrongChain { .. } | Answer::Fails(_) => None,
    });
    times.max()
}

fn judge(network: &str, chain_id: u64, probes: &[Probe], now: Millis) -> Vec<Finding> {
    let heads = probes.iter().filter_map(|probe| match &probe.answer {
        Answer::Reads { head, .. } => Some(*head),
        Answer::Tells | Answer::WrongChain { .. } | Answer::Fails(_) => None,
    });
    let best = heads.max();
    probes.iter().map(|probe| judge_one(network, chain_id, probe, best, now)).collect()
}

fn judge_one(network: &str, chain_id: u64, probe: &Probe, best: Option<u64>, now: Millis) -> Finding {
    let who = format!("{network} {}", probe.host);
    match &probe.answer {
        Answer::Tells => Finding::ok(CHECK, format!("{who} tells of new blocks")),
        Answer::WrongChain { found } => {
            let advice = "correct the URL or chain_id of the network; it is never used as it is";
            Finding::fail(CHECK, format!("{who} serves chain {found}, not {chain_id}"), advice)
        }
        Answer::Fails(why) if best.is_some() => {
            Finding::warn(CHECK, format!("{who} gives no answer: {why}"), "replace it, or check its key and its limits")
        }
        Answer::Fails(why) => {
            let advice = "check the URL, its key, and that this machine may connect to it; no payment is seen there";
            Finding::fail(CHECK, format!("{who} gives no answer: {why}"), advice)
        }
        Answer::Reads { head, head_at, latency_ms, logs } => {
            let age_ms = now.0 - head_at.0;
            let lag = best.unwrap_or(*head).saturating_sub(*head);
            if age_ms > OLD_HEAD_MS {
                let message = format!("{who} has no block since {} s (its newest is {head})", age_ms / 1_000);
                return Finding::warn(CHECK, message, "it may be stuck or syncing: use another until it has caught up");
            }
            if lag > MAX_LAG_BLOCKS {
                let advice = "prefer the other one, or replace it";
                return Finding::warn(CHECK, format!("{who} is {lag} blocks behind another provider"), advice);
            }
            if let Err(why) = logs {
                let message = format!("{who} gives no logs of as many blocks as max_logs_range: {why}");
                return Finding::warn(
                    CHECK,
                    message,
                    "lower max_logs_range to what it allows: catching up is faster then",
                );
            }
            Finding::ok(CHECK, format!("{who} is at block {head}, answers in {latency_ms} ms, and gives logs"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::*;

    const NOW: Millis = Millis(1_766_322_000_000);

    fn reads(head: u64, age_ms: i64, logs: Result<(), String>) -> Answer {
        Answer::Reads { head, head_at: NOW.plus_ms(-age_ms), latency_ms: 1, logs }
    }

    fn verdicts(answers: Vec<Answer>) -> Vec<Verdict> {
        let probes: Vec<Probe> =
            answers.into_iter().map(|answer| Probe { host: "https://rpc".to_owned(), answer }).collect();
        judge("devnet:base", 1, &probes, NOW).iter().map(|finding| finding.verdict).collect()
    }

    #[test]
    fn a_provider_is_judged_beside_the_others() {
        let fails = || Answer::Fails("HTTP 500".to_owned());
        assert_eq!(verdicts(vec![reads(100, 1_000, Ok(())), Answer::Tells]), [Verdict::Ok, Verdict::Ok]);
        assert_eq!(verdicts(vec![fails()]), [Verdict::Fail]);
        assert_eq!(verdicts(vec![fails(), reads(100, 1_000, Ok(()))]), [Verdict::Warn, Verdict::Ok]);
        assert_eq!(verdicts(vec![reads(100, 1_000, Ok(())), reads(80, 1_000, Ok(()))]), [Verdict::Ok, Verdict::Warn]);
        assert_eq!(verdicts(vec![reads(100, 600_000, Ok(()))]), [Verdict::Warn]);
        assert_eq!(verdicts(vec![reads(100, 1_000, Err("too many blocks".to_owned()))]), [Verdict::Warn]);
        assert_eq!(verdicts(vec![Answer::WrongChain { found: 2 }]), [Verdict::Fail]);
    }
}
