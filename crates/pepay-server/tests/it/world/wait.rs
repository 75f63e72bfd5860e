//! Waiting for something to become true, never for time to pass.

use std::fmt::Display;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// Pause between two looks: short against everything waited for, long against the cost of a look.
const PAUSE: Duration = Duration::from_millis(25);

/// Looks until `look` gives `Ok`, and gives that. Fails after [`PATIENCE`] with what was waited for and what was seen
/// last, which `look` tells as its error.
pub(crate) async fn wait_for<T, E: Display>(what: impl Display, mut look: impl AsyncFnMut() -> Result<T, E>) -> T {
    let began = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) => {
                assert!(began.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}; saw last: {seen}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// `Ok(value)` when it is what is waited for.
pub(crate) fn until<T: Display>(value: T, wanted: impl FnOnce(&T) -> bool) -> Result<T, T> {
    if wanted(&value) { Ok(value) } else { Err(value) }
}
