//! People: the dashboard, the console and the API for people, as honest users and as attackers use them.

mod api;
mod browser;
mod foreign;
mod guessing;
mod hostile;
mod letters;
mod others;
mod people;
mod planted;
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
    letters_bring_people_in_once,
    an_address_is_confirmed_before_its_account_exists,
    a_refresh_token_works_once,
    people_choose_where_the_money_goes,
    a_late_payment_is_accepted,
}

use api::{a_late_payment_is_accepted, a_refresh_token_works_once, people_choose_where_the_money_goes};
use foreign::{no_form_works_from_elsewhere, no_page_can_be_framed_stored_or_sniffed};
use guessing::guessing_is_slowed_and_tells_nothing;
use hostile::{a_logo_is_only_a_picture, what_strangers_write_is_only_text};
use letters::{an_address_is_confirmed_before_its_account_exists, letters_bring_people_in_once};
use others::nobody_reaches_the_objects_of_others;
use planted::a_planted_cookie_is_worth_nothing;
use roles::each_role_opens_what_the_table_says;
