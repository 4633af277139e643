//! The clock and the source of randomness.

use crate::cx;
use crate::kit::time::Moment;

/// The platform's clock. It stands still while code runs and moves with every wait.
pub struct Clock;

impl cx::Clock for Clock {
    fn now(&self) -> Moment {
        let milliseconds = i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX);
        Moment::from_unix_seconds(milliseconds / 1_000)
    }
}

/// The platform's cryptographic random source.
pub struct Ids;

impl cx::Ids for Ids {
    /// `crypto.getRandomValues` cannot fail for the few bytes that an id needs; if it ever did, a blank id would be
    /// worse than no answer, so the isolate stops this request.
    #[allow(clippy::panic)]
    fn random(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            panic!("no randomness");
        }
    }
}
