//! Types that a program wrote, kept apart from those that people write.

mod openapi;

pub use openapi::*;
