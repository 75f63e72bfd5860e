//! The envelope of lists.

use pepay_core::page::Slice;
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// Always `list`.
    #[schema(value_type = String, example = "list")]
    pub object: &'static str,
    /// The objects, newest first.
    pub data: Vec<T>,
    /// Whether there are more in the direction that was asked for.
    pub has_more: bool,
}

impl<T> List<T> {
    /// A page with its objects.
    pub const fn new(data: Vec<T>, has_more: bool) -> Self {
        Self { object: "list", data, has_more }
    }
}

impl<T> From<Slice<T>> for List<T> {
    fn from(slice: Slice<T>) -> Self {
        Self::new(slice.items, slice.has_more)
    }
}

/// `{"success":true,"data":…}`, which some answers are wrapped in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Wrapped<T> {
    /// Always `true`.
    pub success: bool,
    /// The answer.
    pub data: T,
}

impl<T> Wrapped<T> {
    /// Wraps an answer.
    pub const fn new(data: T) -> Self {
        Self { success: true, data }
    }
}
