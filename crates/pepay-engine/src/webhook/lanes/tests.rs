use pepay_core::event::{EventId, Type};
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::webhook::{Asked, DeliveryState, Sealed, Subscription};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

const NOW: Millis = Millis(1_800_000_000_000);
const REFUSED: Answered = Answered::Refused { retry_after_ms: None, gone: false };

fn endpoint(n: u64) -> Endpoint {
    Endpoint {
        id: EndpointId::generate(NOW, &mut StdRng::seed_from_u64(n)),
        merchant_id: MerchantId(1),
        environment: None,
        url: "https://shop.example".to_owned(),
        description: None,
        subscription: Subscription::all(),
        status: Status::Enabled,
        health: Health::default(),
        secret: Sealed::from_bytes(Vec::new()),
        secret_version: 1,
        previous: None,
        after_seq: 0,
        created_at: NOW,
        updated_at: NOW,
        asked: Asked::default(),
    }
}

fn lanes(endpoints: &[Endpoint]) -> Lanes {
    let settings = Settings { concurrency: 4, ..Settings::usual().unwrap() };
    let lanes = Lanes::new(&settings);
    lanes.meet(endpoints.iter().map(|it| (it, true)));
    lanes
}

fn job(to: &Endpoint, seq: i64, lane: Lane) -> Job {
    let event = EventId { seq, at: NOW };
    let leased_until = NOW.plus_ms(30_000);
    let delivery = Delivery {
        id: DeliveryId::generate(NOW, &mut StdRng::seed_from_u64(seq.unsigned_abs())),
        endpoint_id: to.id,
        merchant_id: to.merchant_id,
        environment: Environment::Devnet,
        event,
        kind: Type::InvoiceCreated,
        state: DeliveryState::Pending,
        attempts: 0,
        tries: u32::from(lane == Lane::Retry),
        due_at: Some(leased_until),
        leased_until: Some(leased_until),
        created_at: NOW,
        completed_at: None,
    };
    let entry = Entry {
        id: event,
        kind: Type::InvoiceCreated,
        merchant: to.merchant_id,
        environment: Environment::Devnet,
        invoice: InvoiceId::NIL,
        customer: None,
        json: "{}".into(),
    };
    Job { delivery, lane, entry: Arc::new(entry), leased_until }
}

fn push(lanes: &Lanes, to: &Endpoint, seqs: std::ops::RangeInclusive<i64>, lane: Lane) {
    lanes.push(seqs.map(|seq| job(to, seq, lane)).collect());
}

fn take(lanes: &Lanes, now: Millis) -> Vec<Job> {
    std::iter::from_fn(|| lanes.try_next(now)).collect()
}

fn seqs(jobs: &[Job]) -> Vec<i64> {
    jobs.iter().map(|job| job.delivery.event.seq).collect()
}

#[test]
fn endpoints_take_turns_and_none_exceeds_its_slots() {
    let (one, two) = (endpoint(1), endpoint(2));
    let lanes = lanes(&[one.clone(), two.clone()]);
    push(&lanes, &one, 1..=9, Lane::Fresh);
    push(&lanes, &two, 11..=12, Lane::Fresh);
    let taken = take(&lanes, NOW);
    assert_eq!(seqs(&taken), [1, 11, 2, 12, 3, 4]);
    lanes.done(&taken[0], Answered::Taken, (NOW, 5), 0);
    assert_eq!(seqs(&take(&lanes, NOW)), [5]);
}

#[test]
fn retries_have_a_slot_of_their_own_and_no_more() {
    let one = endpoint(1);
    let lanes = lanes(std::slice::from_ref(&one));
    push(&lanes, &one, 101..=105, Lane::Retry);
    push(&lanes, &one, 1..=9, Lane::Fresh);
    assert_eq!(seqs(&take(&lanes, NOW)), [1, 101, 2, 3], "fresh first, and one retry among four");
}

#[test]
fn a_failing_endpoint_is_narrowed_spared_and_probed() {
    let one = endpoint(1);
    let lanes = lanes(std::slice::from_ref(&one));
    let mut now = NOW;
    for failures in 1..=10 {
        push(&lanes, &one, failures..=failures, Lane::Fresh);
        let taken = take(&lanes, now);
        assert_eq!(taken.len(), 1, "{failures}");
        let verdict = lanes.done(&taken[0], REFUSED, (now, 5), 100);
        assert_eq!(verdict.next, Next::Again(now.plus_ms(5_000)));
    }
    push(&lanes, &one, 20..=29, Lane::Fresh);
    assert_eq!(seqs(&take(&lanes, now)), [] as [i64; 0], "it is spared");
    now = now.plus_ms(10_000);
    lanes.tend(now);
    let probe = take(&lanes, now);
    assert_eq!(seqs(&probe), [20], "what waited through the pause is tried, one at a time");
    let verdict = lanes.done(&probe[0], Answered::Taken, (now, 5), 0);
    assert!(verdict.back && verdict.next == Next::Succeeded);
    assert_eq!(seqs(&take(&lanes, now)), [21, 22, 23, 24]);
}

#[test]
fn nothing_is_given_up_while_an_endpoint_takes_nothing() {
    let one = endpoint(1);
    let lanes = lanes(std::slice::from_ref(&one));
    let last = |seq| {
        let mut job = job(&one, seq, Lane::Retry);
        job.delivery.tries = 7;
        lanes.push(vec![job]);
        lanes.try_next(NOW).unwrap()
    };
    assert_eq!(lanes.done(&last(1), REFUSED, (NOW, 5), 100).next, Next::GivenUp, "others were taken meanwhile");
    for seq in 2..=9 {
        lanes.done(&last(seq), REFUSED, (NOW, 5), 100);
    }
    assert_eq!(lanes.done(&last(10), REFUSED, (NOW, 5), 100).next, Next::Again(NOW.plus_ms(36_000_000)));
}

#[test]
fn a_lone_delivery_is_not_given_up_while_its_endpoint_takes_nothing() {
    let one = endpoint(1);
    let lanes = lanes(std::slice::from_ref(&one));
    for tries in 0..20 {
        let mut job = job(&one, 1, Lane::Retry);
        job.delivery.tries = tries;
        let now = NOW.plus_ms(i64::from(tries) * 3_600_000);
        job.leased_until = now.plus_ms(30_000);
        lanes.push(vec![job]);
        let taken = lanes.try_next(now).unwrap();
        assert!(matches!(lanes.done(&taken, REFUSED, (now, 5), 100).next, Next::Again(_)), "{tries}");
    }
}

#[test]
fn what_cannot_be_signed_waits() {
    let one = endpoint(1);
    let lanes = lanes(std::slice::from_ref(&one));
    lanes.meet([(&one, false)].into_iter());
    assert_eq!(lanes.room_for_new(one.id, NOW), 0);
    assert!(!lanes.wants(one.id, Lane::Fresh, NOW));
    lanes.meet([(&one, true)].into_iter());
    assert_eq!(lanes.hungry(NOW, 9).len(), 2, "whatever waited is due now");
}

#[test]
fn slow_endpoints_of_one_merchant_leave_slots_to_others() {
    let slow: Vec<_> = (1..=4).map(endpoint).collect();
    let other = Endpoint { merchant_id: MerchantId(2), ..endpoint(9) };
    let all: Vec<_> = slow.iter().chain([&other]).cloned().collect();
    let lanes = Lanes::new(&Settings { concurrency: 4, total: 12, ..Settings::usual().unwrap() });
    lanes.meet(all.iter().map(|it| (it, true)));
    for (place, it) in (0..).zip(&slow) {
        push(&lanes, it, place * 10..=place * 10 + 8, Lane::Fresh);
    }
    let taken = take(&lanes, NOW);
    assert_eq!(taken.len(), 9, "all but a quarter of twelve");
    push(&lanes, &other, 101..=104, Lane::Fresh);
    assert_eq!(seqs(&take(&lanes, NOW)), [101, 102, 103, 104]);
    lanes.done(&taken[0], Answered::Taken, (NOW, 5), 0);
    assert_eq!(take(&lanes, NOW).len(), 0, "still scarce");
}

#[test]
fn gone_disables_at_once_and_days_of_failure_do() {
    let one = endpoint(1);
    let lanes = lanes(std::slice::from_ref(&one));
    push(&lanes, &one, 1..=2, Lane::Fresh);
    let taken = take(&lanes, NOW);
    let gone = Answered::Refused { retry_after_ms: None, gone: true };
    for _ in 0..10 {
        assert_eq!(lanes.done(&taken[0], REFUSED, (NOW, 5), 0).disable, None);
    }
    let days = NOW.plus_ms(432_000_000);
    assert_eq!(lanes.done(&taken[1], REFUSED, (days, 5), 0).disable, Some(DisabledReason::Failing));
    let two = endpoint(2);
    lanes.meet([(&two, true)].into_iter());
    push(&lanes, &two, 3..=3, Lane::Fresh);
    let taken = take(&lanes, NOW);
    let verdict = lanes.done(&taken[0], gone, (NOW, 5), 0);
    assert_eq!(verdict.disable, Some(DisabledReason::Gone));
    assert!(matches!(verdict.next, Next::Again(_)), "it is sent if the endpoint is enabled again");
}

#[test]
fn what_is_leased_too_long_is_left_to_others() {
    let one = endpoint(1);
    let lanes = lanes(std::slice::from_ref(&one));
    push(&lanes, &one, 1..=2, Lane::Fresh);
    assert_eq!(seqs(&take(&lanes, NOW.plus_ms(13_001))), [] as [i64; 0], "17 s are left for no attempt of 17 s");
    lanes.sated(one.id, Lane::Fresh);
    assert_eq!(lanes.room_for_new(one.id, NOW), 8, "and its room is free again");
}
