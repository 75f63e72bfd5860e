//! Pages of lists: bounded, newest first, held by object ids rather than offsets (contract section 1).

/// Objects a page gives when the caller does not say.
pub const DEFAULT_LIMIT: u32 = 10;
/// Most objects a page gives.
pub const MAX_LIMIT: u32 = 100;

/// Why a page request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The limit is outside 1..=100.
    #[error("limit must be from 1 to 100")]
    Limit,
    /// Both directions at once.
    #[error("starting_after and ending_before exclude each other")]
    BothDirections,
}

/// From where, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From<C> {
    /// The newest.
    Newest,
    /// Older than the object (`starting_after`).
    OlderThan(C),
    /// Newer than the object (`ending_before`); the page is still given newest first.
    NewerThan(C),
}

/// One page of a list ordered by `C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<C> {
    /// At most this many, from 1 to 100.
    pub limit: u32,
    /// From where.
    pub from: From<C>,
}

impl<C> Page<C> {
    /// Checks what a caller asked for.
    pub fn new(limit: Option<u32>, starting_after: Option<C>, ending_before: Option<C>) -> Result<Self, Error> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::Limit);
        }
        let from = match (starting_after, ending_before) {
            (Some(_), Some(_)) => return Err(Error::BothDirections),
            (Some(cursor), None) => From::OlderThan(cursor),
            (None, Some(cursor)) => From::NewerThan(cursor),
            (None, None) => From::Newest,
        };
        Ok(Self { limit, from })
    }
}

/// What a page holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// Newest first.
    pub items: Vec<T>,
    /// Whether there are more in the direction asked for.
    pub has_more: bool,
}

impl<T> Slice<T> {
    /// The same page of something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Slice<U> {
        Slice { items: self.items.into_iter().map(f).collect(), has_more: self.has_more }
    }
}
