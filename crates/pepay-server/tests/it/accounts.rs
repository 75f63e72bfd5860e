//! People: the dashboard, the console and the API for people, as honest users and as attackers use them.

mod api;
mod browser;
mod console;
mod foreign;
mod guessing;
mod hostile;
mod letters;
mod logins;
mod money;
mod others;
mod people;
mod planted;
mod postbox;
mod posted;
mod roles;

use browser::Browser;
pub(crate) use people::{PASSWORD, user};

crate::on_both_databases! {
    a_planted_cookie_is_worth_nothing,
    no_form_works_from_elsewhere,
    no_page_can_be_framed_stored_or_sniffed,
    each_role_opens_what_the_table_says,
    nobody_reaches_the_objects_of_others,
    what_strangers_write_is_only_text,
    a_logo_is_only_a_picture,
    guessing_is_slowed_and_tells_nothing,
    guesses_at_once_are_counted_one_by_one,
    signing_out_everywhere_ends_every_other_login,
    people_of_two_companies_choose,
    codes_work_once,
    two_refreshes_at_once_end_the_login,
    letters_go_out_by_smtp,
    letters_bring_people_in_once,
    an_address_is_confirmed_before_its_account_exists,
    a_refresh_token_works_once,
    people_choose_where_the_money_goes,
    a_late_payment_is_accepted,
    money_that_does_not_count_is_shown_and_found,
    payments_that_wait_for_a_decision_are_found,
    dust_hides_nothing,
    the_console_shows_what_is_down_and_stuck,
    refusals_say_why_and_lead_on,
    what_no_text_can_be_is_no_fault_of_ours,
}

use api::{a_late_payment_is_accepted, a_refresh_token_works_once, people_choose_where_the_money_goes};
use console::the_console_shows_what_is_down_and_stuck;
use foreign::{no_form_works_from_elsewhere, no_page_can_be_framed_stored_or_sniffed};
use guessing::{guesses_at_once_are_counted_one_by_one, guessing_is_slowed_and_tells_nothing};
use hostile::{a_logo_is_only_a_picture, what_strangers_write_is_only_text};
use letters::{an_address_is_confirmed_before_its_account_exists, letters_bring_people_in_once};
use logins::{
    codes_work_once, people_of_two_companies_choose, signing_out_everywhere_ends_every_other_login,
    two_refreshes_at_once_end_the_login,
};
use money::{
    dust_hides_nothing, money_that_does_not_count_is_shown_and_found, payments_that_wait_for_a_decision_are_found,
    what_no_text_can_be_is_no_fault_of_ours,
};
use others::nobody_reaches_the_objects_of_others;
use planted::a_planted_cookie_is_worth_nothing;
use posted::letters_go_out_by_smtp;
use roles::{each_role_opens_what_the_table_says, refusals_say_why_and_lead_on};
