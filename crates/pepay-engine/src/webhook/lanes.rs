//! What this node is about to send, endpoint by endpoint, and how each endpoint does.
//!
//! An endpoint has a lane of deliveries never tried and one of those to be tried again. The fresh go first; retries
//! have at most a quarter of its slots, and one for certain, so that neither waits for the other. Endpoints take turns,
//! and none has more under way than its breaker allows. Merchants are kept apart too: however many slow endpoints some
//! have, a quarter of all slots is there for those that use few. Nothing here waits or writes: callers ask and report.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pepay_core::id::{DeliveryId, EndpointId, MerchantId};
use pepay_core::time::Millis;
use pepay_core::webhook::{Breaker, Condition, Delivery, DisabledReason, Endpoint, Health, Rules, Schedule, Status};
use pepay_store::webhook::lane::Lane;
use tokio::sync::Notify;

use super::Settings;
use crate::tail::Entry;

/// How much work is leased ahead at most, in milliseconds: a lease must not end in the queue.
const AHEAD_MS: i64 = 500;
/// How many times what may be under way is leased ahead at most.
const MAX_DEPTH: i64 = 8;

/// A leased delivery, ready to be sent.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) delivery: Delivery,
    pub(super) lane: Lane,
    pub(super) entry: Arc<Entry>,
    pub(super) leased_until: Millis,
}

/// What came of an attempt, as far as the lanes care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    /// The endpoint took it.
    Taken,
    /// It did not.
    Refused {
        /// How long it wants to be left alone.
        retry_after_ms: Option<i64>,
        /// It answered that it is gone for good.
        gone: bool,
    },
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) next: Next,
    /// How the endpoint does now, if that has changed.
    pub(super) health: Option<Health>,
    /// Whether it took something again after its breaker was open.
    pub(super) back: bool,
    pub(super) disable: Option<DisabledReason>,
}

/// What becomes of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Succeeded,
    Again(Millis),
    GivenUp,
}

/// Whether more may be due in the database.
#[derive(Debug, Default)]
struct More {
    fresh: bool,
    retries: bool,
}

#[derive(Debug, Default)]
struct Line {
    enabled: bool,
    health: Health,
    /// Changes of health that are not saved yet.
    unsaved: u32,
    fresh: VecDeque<Job>,
    retries: VecDeque<Job>,
    flying: usize,
    flying_retries: usize,
    more: More,
    /// Whether it is among the ready.
    queued: bool,
    /// How long an attempt takes, smoothed.
    took_ms: Option<i64>,
}

#[derive(Debug, Default)]
struct State {
    lines: HashMap<EndpointId, Line>,
    ready: VecDeque<EndpointId>,
    /// How many are under way, merchant by merchant.
    flying: HashMap<MerchantId, usize>,
}

#[derive(Debug)]
pub(super) struct Lanes {
    state: Mutex<State>,
    work: Notify,
    concurrency: usize,
    total: usize,
    attempt_ms: i64,
    rules: Rules,
    schedule: Schedule,
}

impl Line {
    fn waiting(&self) -> usize {
        self.fresh.len() + self.retries.len()
    }

    /// Whose it is, as far as anything waits.
    fn merchant(&self) -> Option<MerchantId> {
        self.fresh.front().or(self.retries.front()).map(|job| job.delivery.merchant_id)
    }

    fn allowance(&self, now: Millis, most: usize) -> usize {
        if self.enabled { self.health.allowance(now, most) } else { 0 }
    }

    /// How many more may be leased.
    fn room(&self, lane: Lane, now: Millis, most: usize) -> usize {
        let allowed = self.allowance(now, most);
        if self.health.condition(now) != Condition::Closed {
            return allowed.saturating_sub(self.flying + self.waiting());
        }
        match lane {
            Lane::Fresh => {
                let depth = self.took_ms.map_or(1, |took| (AHEAD_MS / took.max(1)).clamp(1, MAX_DEPTH));
                let depth = usize::try_from(depth).unwrap_or(1);
                allowed.saturating_mul(depth + 1).saturating_sub(self.flying + self.waiting())
            }
            Lane::Retry => share(allowed).saturating_sub(self.flying_retries + self.retries.len()),
        }
    }

    /// Likewise, but nothing unless it is worth a claim.
    fn appetite(&self, lane: Lane, now: Millis, most: usize) -> usize {
        let more = match lane {
            Lane::Fresh => self.more.fresh,
            Lane::Retry => self.more.retries,
        };
        let worth = match lane {
            Lane::Fresh => (self.allowance(now, most) / 2).max(1),
            Lane::Retry => 1,
        };
        let room = if more { self.room(lane, now, most) } else { 0 };
        if room >= worth { room } else { 0 }
    }

    /// Forgets what was leased too long ago for another attempt: it may be another node's then, and is due again when
    /// the lease ends.
    fn forget_until(&mut self, ends: Millis) {
        self.fresh.retain(|job| job.leased_until > ends);
        self.retries.retain(|job| job.leased_until > ends);
    }

    fn pick(&mut self, now: Millis, most: usize) -> Option<Job> {
        let allowed = self.allowance(now, most);
        if self.flying >= allowed {
            return None;
        }
        let may_retry = self.flying_retries < share(allowed);
        let retry_first = self.fresh.is_empty() || (self.flying_retries == 0 && self.flying > 0);
        let job = if may_retry && retry_first { self.retries.pop_front() } else { None };
        let job = job.or_else(|| self.fresh.pop_front())?;
        self.flying += 1;
        self.flying_retries += usize::from(job.lane == Lane::Retry);
        Some(job)
    }

    fn more(&mut self, lane: Lane) -> &mut bool {
        match lane {
            Lane::Fresh => &mut self.more.fresh,
            Lane::Retry => &mut self.more.retries,
        }
    }
}

/// The slots of an endpoint that retries may have.
fn share(allowed: usize) -> usize {
    allowed.div_ceil(4)
}

impl State {
    fn took_off(&mut self, merchant: MerchantId) {
        let flying = self.flying.entry(merchant).or_default();
        *flying = flying.saturating_add(1);
    }

    fn landed(&mut self, job: &Job) {
        let merchant = job.delivery.merchant_id;
        if let Some(flying) = self.flying.get_mut(&merchant) {
            *flying = flying.saturating_sub(1);
            if *flying == 0 {
                self.flying.remove(&merchant);
            }
        }
        if let Some(line) = self.lines.get_mut(&job.delivery.endpoint_id) {
            line.flying = line.flying.saturating_sub(1);
            line.flying_retries = line.flying_retries.saturating_sub(usize::from(job.lane == Lane::Retry));
        }
    }

    fn queue(&mut self, id: EndpointId) {
        if let Some(line) = self.lines.get_mut(&id)
            && !line.queued
            && line.waiting() > 0
        {
            line.queued = true;
            self.ready.push_back(id);
        }
    }
}

impl Lanes {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            state: Mutex::default(),
            work: Notify::new(),
            concurrency: settings.concurrency,
            total: settings.total,
            attempt_ms: settings.attempt_ms,
            rules: settings.rules.clone(),
            schedule: settings.schedule.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns which endpoints there are. How a known one does is known here already, unless it was just enabled.
    /// Nothing is sent to one that cannot be signed for.
    pub(super) fn meet<'a>(&self, endpoints: impl Iterator<Item = (&'a Endpoint, bool)>) {
        let mut state = self.state();
        let mut known = std::mem::take(&mut state.lines);
        for (endpoint, signed) in endpoints {
            let enabled = signed && endpoint.status == Status::Enabled;
            let mut line = known.remove(&endpoint.id).unwrap_or_default();
            if !line.enabled && line.unsaved == 0 {
                line.health = endpoint.health;
            }
            // Whatever waited while it was off is due now.
            (line.more.fresh, line.more.retries) =
                (line.more.fresh || !line.enabled, line.more.retries || !line.enabled);
            line.enabled = enabled;
            state.lines.insert(endpoint.id, line);
        }
    }

    /// Learns how endpoints do, through other nodes too: those not among the failing do well.
    pub(super) fn learn(&self, failing: &HashMap<EndpointId, Health>) {
        for (id, line) in &mut self.state().lines {
            if line.unsaved == 0 {
                line.health = failing.get(id).copied().unwrap_or_default();
            }
        }
    }

    /// Notes that the health of an endpoint was saved `changes` times.
    pub(super) fn saved(&self, id: EndpointId, changes: u32) {
        if let Some(line) = self.state().lines.get_mut(&id) {
            line.unsaved = line.unsaved.saturating_sub(changes);
        }
    }

    /// Notes that something is due at an endpoint; whether anything may be sent to it.
    pub(super) fn wants(&self, id: EndpointId, lane: Lane, now: Millis) -> bool {
        let most = self.concurrency;
        let mut state = self.state();
        let Some(line) = state.lines.get_mut(&id) else { return false };
        *line.more(lane) = true;
        line.allowance(now, most) > 0
    }

    /// How many of an endpoint's new deliveries may be leased as they are planned: none while older ones wait.
    pub(super) fn room_for_new(&self, id: EndpointId, now: Millis) -> usize {
        let state = self.state();
        state
            .lines
            .get(&id)
            .filter(|line| !line.more.fresh)
            .map_or(0, |line| line.room(Lane::Fresh, now, self.concurrency))
    }

    /// Who could take more than it has, and how much: at most `limit` of them.
    pub(super) fn hungry(&self, now: Millis, limit: usize) -> Vec<(EndpointId, Lane, usize)> {
        let state = self.state();
        let lines = state.lines.iter().flat_map(|(id, line)| {
            [Lane::Fresh, Lane::Retry].map(|lane| (*id, lane, line.appetite(lane, now, self.concurrency)))
        });
        lines.filter(|(_, _, room)| *room > 0).take(limit).collect()
    }

    /// Whether an endpoint could take more than it has.
    pub(super) fn is_hungry(&self, id: EndpointId, now: Millis) -> bool {
        let state = self.state();
        let hungry = |line: &Line, lane| line.appetite(lane, now, self.concurrency) > 0;
        state.lines.get(&id).is_some_and(|line| hungry(line, Lane::Fresh) || hungry(line, Lane::Retry))
    }

    /// Notes that nothing more is due at an endpoint for now.
    pub(super) fn sated(&self, id: EndpointId, lane: Lane) {
        if let Some(line) = self.state().lines.get_mut(&id) {
            *line.more(lane) = false;
        }
    }

    /// Takes leased deliveries in.
    pub(super) fn push(&self, jobs: Vec<Job>) {
        let mut state = self.state();
        for job in jobs {
            let id = job.delivery.endpoint_id;
            // An endpoint that is gone meanwhile: what waits for it is called off elsewhere.
            let Some(line) = state.lines.get_mut(&id) else { continue };
            match job.lane {
                Lane::Fresh => line.fresh.push_back(job),
                Lane::Retry => line.retries.push_back(job),
            }
            state.queue(id);
        }
        let ready = !state.ready.is_empty();
        drop(state);
        if ready {
            self.work.notify_one();
        }
    }

    /// Looks after what waits: a pause may be over by now, and a lease too. Nobody else would notice.
    pub(super) fn tend(&self, now: Millis) {
        let mut state = self.state();
        let ends = now.plus_ms(self.attempt_ms);
        let mut waiting = Vec::new();
        for (id, line) in &mut state.lines {
            line.forget_until(ends);
            if line.waiting() > 0 {
                waiting.push(*id);
            }
        }
        for id in waiting {
            state.queue(id);
        }
        let ready = !state.ready.is_empty();
        drop(state);
        if ready {
            self.work.notify_one();
        }
    }

    /// The next delivery to send. Endpoints take turns.
    pub(super) async fn next(&self, now: impl Fn() -> Millis) -> Job {
        loop {
            let work = self.work.notified();
            if let Some(job) = self.try_next(now()) {
                return job;
            }
            work.await;
        }
    }

    fn try_next(&self, now: Millis) -> Option<Job> {
        let mut state = self.state();
        let scarce = state.flying.values().sum::<usize>() >= self.total - self.total / 4;
        for _ in 0..state.ready.len() {
            let id = state.ready.pop_front()?;
            let State { lines, flying, .. } = &mut *state;
            let Some(line) = lines.get_mut(&id) else { continue };
            line.queued = false;
            line.forget_until(now.plus_ms(self.attempt_ms));
            let Some(merchant) = line.merchant() else { continue };
            if scarce && flying.get(&merchant).is_some_and(|flying| *flying >= self.concurrency) {
                // Until one of its own is done.
                state.queue(id);
                continue;
            }
            if let Some(job) = line.pick(now, self.concurrency) {
                state.took_off(merchant);
                state.queue(id);
                if !state.ready.is_empty() {
                    // Whoever is woken wakes the next.
                    self.work.notify_one();
                }
                return Some(job);
            }
        }
        None
    }

    /// Takes note of an attempt's end and says what follows. `draw` is any random number.
    pub(super) fn done(&self, job: &Job, answered: Answered, (now, took_ms): (Millis, i64), draw: u32) -> Verdict {
        let mut state = self.state();
        let id = job.delivery.endpoint_id;
        state.landed(job);
        let mut gone = Line::default();
        let line = state.lines.get_mut(&id).unwrap_or(&mut gone);
        line.took_ms = Some(line.took_ms.map_or(took_ms, |before| (before * 7 + took_ms) / 8));
        let before = line.health;
        let open = before.condition(now) != Condition::Closed;
        let (after, next, disable) = self.judge(job, before, answered, now, draw);
        line.health = after;
        let health = (after != before).then_some(after);
        line.unsaved = line.unsaved.saturating_add(u32::from(health.is_some()));
        if after.condition(now) == Condition::Open {
            // They are due again when their leases end, and the breaker decides then.
            line.fresh.clear();
            line.retries.clear();
            (line.more.fresh, line.more.retries) = (true, true);
        }
        if disable.is_some() {
            line.enabled = false;
        }
        state.queue(id);
        let ready = !state.ready.is_empty();
        drop(state);
        if ready {
            self.work.notify_one();
        }
        Verdict { next, health, back: next == Next::Succeeded && open, disable }
    }

    fn judge(
        &self,
        job: &Job,
        before: Health,
        answered: Answered,
        now: Millis,
        draw: u32,
    ) -> (Health, Next, Option<DisabledReason>) {
        let Answered::Refused { retry_after_ms, gone } = answered else {
            return (before.succeeded(), Next::Succeeded, None);
        };
        let after = before.failed(now, retry_after_ms, &self.rules, draw);
        let tries = job.delivery.tries.saturating_add(1);
        // Few failures may be all there was to fail: then it has taken nothing either for as long as this took.
        let takes_nothing = gone
            || match after.breaker {
                Breaker::Open { .. } => true,
                Breaker::Closed { failures } => failures >= tries,
            };
        let next = match self.schedule.next(tries, now, retry_after_ms, draw) {
            Some(at) => Next::Again(at),
            // Only an endpoint that takes others has refused this one.
            None if takes_nothing => Next::Again(self.schedule.last(now, retry_after_ms, draw)),
            None => Next::GivenUp,
        };
        let hopeless = after.is_hopeless(now, &self.rules).then_some(DisabledReason::Failing);
        (after, next, gone.then_some(DisabledReason::Gone).or(hopeless))
    }

    /// Forgets a delivery that turned out not to be sendable.
    pub(super) fn dropped(&self, job: &Job) {
        let mut state = self.state();
        state.landed(job);
        state.queue(job.delivery.endpoint_id);
        drop(state);
        self.work.notify_one();
    }

    /// Everything that waits, taken away: to be given back at the end.
    pub(super) fn drain(&self) -> Vec<DeliveryId> {
        let mut state = self.state();
        state.ready.clear();
        let lines = state.lines.values_mut().flat_map(|line| {
            line.queued = false;
            line.fresh.drain(..).chain(line.retries.drain(..)).collect::<Vec<_>>()
        });
        lines.map(|job| job.delivery.id).collect()
    }

    /// How many endpoints are in each condition; the last number is of those that are off.
    pub(super) fn census(&self, now: Millis) -> [u32; 4] {
        let mut counts = [0_u32; 4];
        for line in self.state().lines.values() {
            let place = match (line.enabled, line.health.condition(now)) {
                (false, _) => 3,
                (true, Condition::Closed) => 0,
                (true, Condition::Open) => 1,
                (true, Condition::HalfOpen) => 2,
            };
            counts[place] += 1;
        }
        counts
    }

    /// How an endpoint does, as this node knows.
    pub(super) fn health(&self, id: EndpointId) -> Option<Health> {
        self.state().lines.get(&id).map(|line| line.health)
    }
}

#[cfg(test)]
mod tests;
