use proptest::prelude::*;

use super::*;

#[test]
fn invoice_amounts_are_read_exactly() {
    for (text, want) in [
        ("0.01", Ok(10)),
        ("0.1", Ok(100)),
        ("10", Ok(10_000)),
        ("10.00", Ok(10_000)),
        ("49.99", Ok(49_990)),
        ("1000000", Ok(1_000_000_000)),
        ("1000000.01", Err(Error::Range)),
        ("0", Err(Error::Range)),
        ("0.00", Err(Error::Range)),
        ("99999999999999999", Err(Error::Range)),
        ("99999999999999999999999999999999999", Err(Error::Range)),
        ("1.005", Err(Error::Format)),
        ("1.", Err(Error::Format)),
        (".5", Err(Error::Format)),
        ("-1", Err(Error::Format)),
        ("+1", Err(Error::Format)),
        ("1e2", Err(Error::Format)),
        ("NaN", Err(Error::Format)),
        ("", Err(Error::Format)),
        ("1 ", Err(Error::Format)),
        ("١", Err(Error::Format)),
    ] {
        assert_eq!(UsdMillis::parse_invoice_amount(text).map(UsdMillis::get), want, "{text}");
    }
}

#[test]
fn decimals_are_written_exactly() {
    let usd = UsdMillis::new(49_990).unwrap();
    assert_eq!((usd.decimal().as_str(), usd.json_number().as_str()), ("49.990", "49.99"));
    assert_eq!(UsdMillis::new(10_000).unwrap().json_number(), "10");
    assert_eq!(UsdMillis::ZERO.json_number(), "0");
    for (millis, dollars) in [(49_990, "$49.99"), (10_000, "$10.00"), (49_995, "$49.995"), (0, "$0.00"), (10, "$0.01")]
    {
        assert_eq!(UsdMillis::new(millis).unwrap().dollars(), dollars);
    }
    assert_eq!(BaseUnits::from_u128(49_990_000).decimal(6), "49.990000");
    assert_eq!(BaseUnits::from_u128(49_990_000).shortest(6), "49.99");
    assert_eq!((BaseUnits::from_u128(50).shortest(0), BaseUnits::from_u128(50).shortest(1)), ("50".into(), "5".into()));
    assert_eq!(BaseUnits::from_u128(5).decimal(6), "0.000005");
    assert_eq!(BaseUnits::from_u128(5).decimal(0), "5");
    assert_eq!(Rate::ONE.decimal(), "1.000000");
    assert_eq!(Rate::parse("2500.123456789").unwrap().decimal(), "2500.123456789");
}

#[test]
fn tolerance_rounds_towards_the_merchant() {
    let amount = UsdMillis::new(9_999).unwrap();
    assert_eq!(amount.less_tolerance(BasisPoints::new(100).unwrap()).get(), 9_900);
    assert_eq!(amount.less_tolerance(BasisPoints::ZERO), amount);
    assert_eq!(amount.less_tolerance(BasisPoints::new(10_000).unwrap()).get(), 0);
}

#[test]
fn amounts_of_different_tokens_do_not_add() {
    let one = |token| TokenAmount { token: TokenId(token), units: BaseUnits::from_u128(1) };
    assert_eq!(one(1).checked_add(one(2)), Err(Error::AssetMismatch));
}

proptest! {
    #[test]
    fn quoted_units_are_worth_at_least_the_price(
        usd in 1_i64..=1_000_000_000,
        rate in 1_000_u128..10_u128.pow(20),
        decimals in 0_u8..=18,
    ) {
        let (usd, rate) = (UsdMillis::new(usd).unwrap(), Rate::from_e12(rate).unwrap());
        let units = rate.units_for_ceil(usd, decimals).unwrap();
        prop_assert!(!units.is_zero());
        // One base unit less would be worth less than was asked: the ceiling is tight.
        prop_assert_eq!(proportional_floor(units, usd, units).unwrap(), usd);
        let less = units.checked_sub(BaseUnits::from_u128(1)).unwrap();
        prop_assert!(proportional_floor(less, usd, units).unwrap() < usd);
    }

    #[test]
    fn splitting_a_payment_never_creates_money(
        usd in 1_i64..=1_000_000_000, total in 2_u128..10_u128.pow(27), cut in 1_u128..10_u128.pow(27),
    ) {
        let cut = cut.checked_rem(total).unwrap();
        let (usd, quoted) = (UsdMillis::new(usd).unwrap(), BaseUnits::from_u128(total));
        let first = proportional_floor(BaseUnits::from_u128(cut), usd, quoted).unwrap();
        let second = proportional_floor(quoted.checked_sub(BaseUnits::from_u128(cut)).unwrap(), usd, quoted).unwrap();
        let sum = first.checked_add(second).unwrap();
        prop_assert!(sum <= usd && usd.saturating_sub(sum).get() <= 1);
    }

    #[test]
    fn decimal_text_round_trips(units in any::<u128>()) {
        let units = BaseUnits::from_u128(units);
        prop_assert_eq!(units.to_string().parse::<BaseUnits>().unwrap(), units);
    }
}
