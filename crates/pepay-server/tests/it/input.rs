//! Bad input at every door: each fault has its own 4xx, code and `param` and leaves nothing behind, and what lies just
//! within the limits is taken and read back exactly.

use crate::world::{Database, Merchant, World};

mod create;
mod headers;
mod lists;
mod payors;
mod raw;
mod rows;
mod taken;

pub(crate) use raw::{Body, Refusal, Reply, Request};
use rows::{Counts, Rows};

crate::on_both_databases! {
    creates_that_are_refused_leave_nothing,
    creates_within_the_limits_are_read_back,
    payors_that_are_refused_leave_nothing,
    lists_refuse_what_they_do_not_know,
    headers_have_limits_too,
}

async fn creates_that_are_refused_leave_nothing(database: Database) {
    let world = World::start(database).await;
    create::refused(&mut Desk::open(&world).await).await;
    world.audit().await;
}

async fn creates_within_the_limits_are_read_back(database: Database) {
    let world = World::start(database).await;
    taken::read_back(&Desk::open(&world).await).await;
    world.audit().await;
}

async fn payors_that_are_refused_leave_nothing(database: Database) {
    let world = World::start(database).await;
    payors::refused(&mut Desk::open(&world).await).await;
    world.audit().await;
}

async fn lists_refuse_what_they_do_not_know(database: Database) {
    let world = World::start(database).await;
    lists::refused(&mut Desk::open(&world).await).await;
    world.audit().await;
}

async fn headers_have_limits_too(database: Database) {
    let world = World::start(database).await;
    headers::limited(&mut Desk::open(&world).await).await;
    world.audit().await;
}

/// Where requests are handed in and the books are counted.
struct Desk<'a> {
    world: &'a World,
    merchant: &'a Merchant,
    key: String,
    rows: Rows,
    counts: Counts,
}

impl<'a> Desk<'a> {
    async fn open(world: &'a World) -> Self {
        let key = crate::access::keys::usual(world, world.merchant.id).await;
        let mut rows = Rows::of(world).await;
        let counts = rows.count().await;
        Self { world, merchant: &world.merchant, key, rows, counts }
    }

    /// Counts anew, after something that was meant to be written.
    async fn recount(&mut self) {
        self.counts = self.rows.count().await;
    }

    /// A request of the merchant.
    fn asks(&self, method: &'static str, path: impl Into<String>) -> Request {
        Request::new(method, path).header("x-api-key", self.key.as_str())
    }

    async fn send(&self, request: &Request) -> Reply {
        request.send(&self.world.files.address).await
    }

    /// Sends `request` and checks that it is refused so, and that nothing was written.
    async fn refuse(&mut self, request: &Request, refusal: Refusal<'_>, what: &str) {
        let reply = self.send(request).await;
        refusal.check(&reply, what);
        assert_eq!(self.rows.count().await, self.counts, "{what}: a refused request writes nothing");
    }
}
