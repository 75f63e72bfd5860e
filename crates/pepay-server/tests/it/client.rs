//! The Rust client against the running program: what its documentation promises, whatever the network does.

use pepay_client::{Auth, Builder, Pepay};

use crate::world::{Invoice, World};

mod calls;
mod chaos;
mod payors;
mod recovery;
mod settlement;
mod streams;
mod unruly;
mod waiting;
mod webhooks;

crate::on_both_databases! {
    every_call_of_a_merchant_does_what_it_says,
    every_call_of_a_payor_does_what_it_says,
    a_wait_ends_in_each_terminal_status_and_in_time,
    ten_thousand_missed_events_are_recovered_in_order,
    a_stream_outlives_its_server,
    a_payors_stream_tells_of_its_invoice_alone,
    nothing_is_lost_doubled_or_out_of_order_in_chaos,
    settlement_is_chosen_and_one_invoice_pays_elsewhere,
    webhooks_are_managed_and_what_comes_is_verified,
}

use calls::every_call_of_a_merchant_does_what_it_says;
use chaos::nothing_is_lost_doubled_or_out_of_order_in_chaos;
use payors::every_call_of_a_payor_does_what_it_says;
use recovery::ten_thousand_missed_events_are_recovered_in_order;
use settlement::settlement_is_chosen_and_one_invoice_pays_elsewhere;
use streams::{a_payors_stream_tells_of_its_invoice_alone, a_stream_outlives_its_server};
use waiting::a_wait_ends_in_each_terminal_status_and_in_time;
use webhooks::webhooks_are_managed_and_what_comes_is_verified;

/// The merchant's client, to be set up further; `base_url` is the server's or of whatever stands before it.
fn builder(world: &World, base_url: &str) -> Builder {
    Pepay::builder(base_url).api_key(&world.merchant.key)
}

/// The merchant's client.
fn client(world: &World) -> Pepay {
    builder(world, &world.files.address).build().expect("the client can be set up")
}

/// The client of whoever pays an invoice.
fn payor(world: &World, invoice: &Invoice) -> Pepay {
    let auth = Auth::new().session(&invoice.session_token, &invoice.signature);
    client(world).with_auth(auth).expect("the server issues credentials of the right form")
}
