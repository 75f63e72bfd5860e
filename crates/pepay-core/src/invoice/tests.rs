//! The invoice machine against every order of facts a chain and a clock can produce.

use alloy_primitives::Address as EvmAddress;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{PaymentId, QuoteId};
use crate::money::{BaseUnits, Rate};
use crate::network::Depth;
use crate::payment::{Payment, Standing, Status};
use crate::token::Asset;
use crate::transfer::{Anchor, Observed};

const EXPIRY: i64 = 1_000;

fn usd(millis: i64) -> UsdMillis {
    UsdMillis::new(millis).unwrap()
}

fn base() -> NetworkId {
    NetworkId::new(Environment::Devnet, "base")
}

fn invoice(amount: i64) -> Invoice {
    Invoice {
        id: InvoiceId::from_uuid(Uuid::from_u128(1)),
        merchant_id: MerchantId(1),
        environment: Environment::Devnet,
        amount: usd(amount),
        tolerance: BasisPoints::ZERO,
        terms: Terms::default(),
        created_at: Millis(0),
        expires_at: Millis(EXPIRY),
        state: State::Unpaid,
        amount_paid: UsdMillis::ZERO,
        lock: None,
        late: false,
        payer: None,
        last_payment_at: None,
    }
}

fn payment(number: u128, value: i64, seen: i64, token: i64) -> Payment {
    let to = Address::Evm(EvmAddress::repeat_byte(9));
    let anchor = Anchor { block_number: 1, block_hash: [1; 32], block_time: Millis(seen), log_index: Some(0) };
    Payment {
        id: PaymentId::from_uuid(Uuid::from_u128(number)),
        invoice_id: InvoiceId::from_uuid(Uuid::from_u128(1)),
        network: base(),
        token: TokenId(token),
        observed: Observed {
            anchor,
            tx_hash: Some(format!("0x{number:x}")),
            asset: Asset::Native,
            from: None,
            to,
            units: BaseUnits::from_u128(1),
        },
        quote_id: QuoteId::from_uuid(Uuid::from_u128(3)),
        rate: Rate::ONE,
        value: usd(value),
        depth: Depth::Blocks(1),
        standing: None,
        status: Status::Pending,
        reverted: false,
        first_seen_at: Millis(seen),
        confirmed_at: None,
        created_at: Millis(seen),
        updated_at: Millis(seen),
    }
}

fn confirmed(payment: Payment, at: i64) -> Payment {
    Payment { confirmed_at: Some(Millis(at)), ..payment }
}

fn judge(invoice: Invoice, payments: Vec<Payment>, read: i64, now: i64) -> (Invoice, Vec<Payment>) {
    assess(invoice, payments, Reading::Through(Some(Millis(read))), Millis(now))
}

#[test]
fn an_exact_payment_pays() {
    let (open, seen) = judge(invoice(100), vec![payment(1, 100, 10, 1)], 10, 11);
    assert_eq!((open.state, seen[0].status), (State::Unpaid, Status::Pending));
    assert_eq!(open.last_payment_at, Some(Millis(10)));
    let (paid, seen) = judge(open, vec![confirmed(seen[0].clone(), 20)], 20, 20);
    assert_eq!((paid.state, seen[0].status), (State::Paid { at: Millis(20) }, Status::Confirmed));
    assert!(paid.safe_to_fulfill() && paid.exception().is_none() && paid.lock.is_none());
}

#[test]
fn a_partial_payment_locks_and_the_rest_pays() {
    let first = confirmed(payment(1, 40, 10, 1), 20);
    let (under, seen) = judge(invoice(100), vec![first], 20, 20);
    assert_eq!((under.state, seen[0].status), (State::Underpaid, Status::Underpaid));
    assert_eq!(under.lock.as_ref().map(|lock| lock.token), Some(TokenId(1)));
    assert_eq!((under.exception(), under.amount_remaining()), (Some(Exception::PaidPartial), usd(60)));
    let other_token = confirmed(payment(2, 60, 30, 2), 40);
    let (still, seen) = judge(under, vec![seen[0].clone(), other_token], 40, 40);
    assert_eq!((still.state, seen[1].status), (State::Underpaid, Status::ManualRetry));
    let rest = confirmed(payment(3, 60, 50, 1), 60);
    let (paid, seen) = judge(still, vec![seen[0].clone(), seen[1].clone(), rest], 60, 60);
    assert_eq!(paid.state, State::Paid { at: Millis(60) });
    let statuses: Vec<_> = seen.iter().map(|payment| payment.status).collect();
    assert_eq!(statuses, [Status::Confirmed, Status::ManualRetry, Status::Confirmed]);
}

#[test]
fn overpaying_is_paid_and_paying_again_is_late() {
    let (paid, seen) = judge(invoice(100), vec![confirmed(payment(1, 150, 10, 1), 20)], 20, 20);
    assert_eq!((paid.exception(), paid.amount_overpaid()), (Some(Exception::PaidOver), usd(50)));
    let (after, seen) = judge(paid.clone(), vec![seen[0].clone(), payment(2, 100, 30, 1)], 30, 31);
    assert_eq!((after.state, after.amount_paid), (paid.state, paid.amount_paid));
    assert_eq!((after.exception(), seen[1].status), (Some(Exception::PaidLate), Status::ManualRetry));
}

#[test]
fn a_payment_in_time_decides_after_expiry() {
    let waiting = vec![payment(1, 100, EXPIRY - 1, 1)];
    let (open, seen) = judge(invoice(100), waiting, EXPIRY + 500, EXPIRY + 500);
    assert_eq!(open.state, State::Unpaid);
    let (paid, _) = judge(open, vec![confirmed(seen[0].clone(), EXPIRY + 600)], EXPIRY + 600, EXPIRY + 600);
    assert_eq!(paid.state, State::Paid { at: Millis(EXPIRY + 600) });
}

#[test]
fn a_payment_at_the_end_is_late() {
    let (expired, seen) =
        judge(invoice(100), vec![confirmed(payment(1, 100, EXPIRY, 1), EXPIRY)], EXPIRY + 1, EXPIRY + 1);
    assert_eq!(expired.state, State::Expired { at: Millis(EXPIRY) });
    assert_eq!((seen[0].status, expired.exception()), (Status::ManualRetry, Some(Exception::PaidLate)));
}

#[test]
fn blind_time_does_not_count() {
    let (open, _) = judge(invoice(100), vec![], EXPIRY - 1, EXPIRY + 10_000);
    assert_eq!(open.state, State::Unpaid);
    let (never, _) = assess(invoice(100), vec![], Reading::Through(None), Millis(EXPIRY + 10_000));
    assert_eq!(never.state, State::Unpaid);
    let (expired, _) = assess(invoice(100), vec![], Reading::NoAddress, Millis(EXPIRY));
    assert_eq!(expired.state, State::Expired { at: Millis(EXPIRY) });
}

#[test]
fn a_reorganisation_uncounts_even_after_paid() {
    let (paid, seen) = judge(invoice(100), vec![confirmed(payment(1, 100, 10, 1), 20)], 20, 20);
    let gone = Payment { reverted: true, confirmed_at: None, ..seen[0].clone() };
    let (reverted, seen) = judge(paid, vec![gone], 30, 30);
    assert!(matches!(reverted.state, State::Paid { .. }));
    assert_eq!((reverted.exception(), reverted.safe_to_fulfill()), (Some(Exception::Reverted), false));
    let back = Payment { reverted: false, confirmed_at: Some(Millis(40)), ..seen[0].clone() };
    let (again, _) = judge(reverted, vec![back], 40, 40);
    assert_eq!((again.exception(), again.safe_to_fulfill()), (None, true));
}

#[test]
fn no_number_of_payments_is_too_large_to_add_up() {
    let huge =
        |number| Payment { value: UsdMillis::CAP, standing: Some(Standing::Counted), ..payment(number, 1, 10, 1) };
    assert_eq!(pending(&(1..20_000).map(huge).collect::<Vec<_>>()), UsdMillis::CAP);
    let unconfirmed = Payment { standing: Some(Standing::Counted), ..payment(1, 7, 10, 1) };
    let off_lock = Payment { standing: Some(Standing::OffLock), ..payment(2, 7, 10, 1) };
    let done = confirmed(unconfirmed.clone(), 11);
    let gone = Payment { reverted: true, ..unconfirmed.clone() };
    assert_eq!(pending(&[unconfirmed, off_lock, done, gone]), usd(7));
}

#[test]
fn only_untouched_invoices_cancel() {
    assert!(cancel(invoice(1), false, Millis(5)).is_ok());
    assert!(cancel(invoice(1), true, Millis(5)).is_err());
    let paid = Invoice { state: State::Paid { at: Millis(1) }, ..invoice(1) };
    assert_eq!(cancel(paid, false, Millis(5)), Err(NotCancelable { status: "paid" }));
}

/// One thing that can happen.
#[derive(Clone, Debug)]
enum Op {
    Transfer { value: i64, token: i64 },
    Confirm(usize),
    Reorg(usize),
    Remine(usize),
    Tick,
    Read,
    Again,
    Cancel,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (1_i64..150, 1_i64..=2).prop_map(|(value, token)| Op::Transfer { value, token }),
        4 => (0_usize..8).prop_map(Op::Confirm),
        2 => (0_usize..8).prop_map(Op::Reorg),
        2 => (0_usize..8).prop_map(Op::Remine),
        3 => Just(Op::Tick),
        2 => Just(Op::Read),
        1 => Just(Op::Again),
        1 => Just(Op::Cancel),
    ]
}

/// Applies `op` to the facts (never to the judgement).
fn happen(op: &Op, invoice: &mut Invoice, payments: &mut Vec<Payment>, now: &mut i64, read: &mut i64) {
    *now += 1;
    let at = Millis(*now);
    match op {
        Op::Transfer { value, token } => {
            let number = u128::try_from(payments.len()).unwrap() + 1;
            payments.push(payment(number, *value, *now, *token));
        }
        Op::Confirm(index) => {
            let open = |payment: &&mut Payment| !payment.reverted && payment.confirmed_at.is_none();
            if let Some(payment) = payments.get_mut(*index).filter(open) {
                payment.confirmed_at = Some(at);
            }
        }
        Op::Reorg(index) => {
            if let Some(payment) = payments.get_mut(*index) {
                payment.reverted = true;
                payment.confirmed_at = None;
            }
        }
        Op::Remine(index) => {
            if let Some(payment) = payments.get_mut(*index) {
                payment.reverted = false;
            }
        }
        Op::Tick => *now += 150,
        Op::Read => *read = *now,
        Op::Again => {}
        Op::Cancel => {
            if let Ok(canceled) = cancel(invoice.clone(), payments.iter().any(|p| !p.reverted), at) {
                *invoice = canceled;
            }
        }
    }
}

fn check_money(invoice: &Invoice, payments: &[Payment]) -> Result<(), TestCaseError> {
    let total: i64 = payments.iter().map(|payment| payment.value.get()).sum();
    let part = |keep: &dyn Fn(&Payment) -> bool| -> i64 {
        payments.iter().filter(|payment| keep(payment)).map(|payment| payment.value.get()).sum()
    };
    let counted = part(&|payment| payment.settled());
    let waiting = part(&|payment| payment.stands() && payment.confirmed_at.is_none());
    let gone = part(&|payment| payment.reverted);
    let manual = part(&|payment| !payment.reverted && payment.standing != Some(Standing::Counted));
    prop_assert_eq!(counted + waiting + gone + manual, total, "every transfer is in exactly one pile");
    prop_assert_eq!(invoice.amount_paid.get(), counted);
    prop_assert_eq!(invoice.amount_overpaid().get(), (counted - invoice.amount.get()).max(0));
    prop_assert_eq!(invoice.safe_to_fulfill(), matches!(invoice.state, State::Paid { .. }) && counted >= 100);
    if invoice.state == State::Underpaid {
        prop_assert!(invoice.lock.is_some() && counted > 0 && counted < 100);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn no_order_of_facts_loses_money_or_breaks_the_machine(ops in prop::collection::vec(op(), 1..60)) {
        let (mut invoice, mut payments, mut now, mut read) = (invoice(100), Vec::new(), 0, 0);
        for op in &ops {
            let before = invoice.state;
            happen(op, &mut invoice, &mut payments, &mut now, &mut read);
            let (next, judged) = judge(invoice, payments, read, now);
            prop_assert!(before.may_become(next.state), "{before:?} -> {:?}", next.state);
            // Judging again changes nothing, in whatever order the payments come.
            let shuffled = judged.iter().rev().cloned().collect();
            prop_assert_eq!(&judge(next.clone(), shuffled, read, now), &(next.clone(), judged.clone()));
            check_money(&next, &judged)?;
            if let State::Expired { at } = next.state {
                prop_assert!(now >= at.0 && (before == next.state || read >= at.0));
            }
            (invoice, payments) = (next, judged);
        }
    }
}
