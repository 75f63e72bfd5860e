//! Events wherever they are told: in lists, on the merchant's socket and on the payor's. The same, in order, whole, and
//! to nobody else.

mod alike;
mod closing;
mod cursors;
mod doors;
mod lists;
mod slow;
mod socket;
mod source;

crate::on_both_databases! {
    one_payment_is_told_alike_everywhere,
    a_client_cut_200_times_misses_nothing,
    a_slow_client_is_closed_and_comes_back,
    a_stopped_server_sends_clients_away_and_a_killed_one_loses_nothing,
    a_node_that_can_not_read_on_sends_clients_away,
    sockets_open_to_whom_they_belong,
    nobody_hears_of_others,
    sockets_end_with_their_credentials,
    a_closed_environment_ends_its_sockets,
    sockets_are_bounded,
    an_old_cursor_is_told_to_resynchronise,
    events_are_listed_by_every_filter,
}

use alike::one_payment_is_told_alike_everywhere;
use closing::{
    a_closed_environment_ends_its_sockets, a_node_that_can_not_read_on_sends_clients_away,
    a_stopped_server_sends_clients_away_and_a_killed_one_loses_nothing, an_old_cursor_is_told_to_resynchronise,
    sockets_end_with_their_credentials,
};
use cursors::a_client_cut_200_times_misses_nothing;
use doors::{nobody_hears_of_others, sockets_are_bounded, sockets_open_to_whom_they_belong};
use lists::events_are_listed_by_every_filter;
use slow::a_slow_client_is_closed_and_comes_back;
