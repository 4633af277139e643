//! How much is taken from visitors: per address within a minute and a day, and in all within an hour.

use crate::account::limit::{self, Counted, Rule};
use crate::account::model::TOO_MANY;
use crate::cx::Cx;
use crate::db::{Batch, Bind, Rows, Value};
use crate::http::{Error, Req, Result};
use crate::kit::bounds::{EVENTS_DAY_MAX, EVENTS_DAY_SECONDS, EVENTS_HOUR_MAX};
use crate::kit::time::Moment;

/// How many rows of any kind one address may cause within a day.
const DAY: Rule = Rule { path: "/api/analytics", max: EVENTS_DAY_MAX, window_seconds: EVENTS_DAY_SECONDS };

/// A request that has been counted in a batch that is still to be committed.
pub struct Limits {
    soon: Counted,
    day: Counted,
}

impl Limits {
    /// Counts a request in its own batch.
    ///
    /// # Errors
    /// A fault when the secret is not set.
    pub fn count(cx: &Cx, req: &Req, rule: &'static Rule, batch: &mut Batch, now: Moment) -> Result<Self> {
        let soon = limit::count(cx, req, rule, batch, now)?;
        Ok(Self { soon, day: limit::count(cx, req, &DAY, batch, now)? })
    }

    /// What `within_visits!` binds.
    pub fn values(&self) -> [Value; 5] {
        let of = |counted: &Counted| [counted.key.value(), Value::Integer(counted.rule.max)];
        let ([soon, soon_max], [day, day_max]) = (of(&self.soon), of(&self.day));
        [soon, soon_max, day, day_max, Value::Integer(EVENTS_HOUR_MAX)]
    }

    /// Why nothing was written.
    ///
    /// # Errors
    /// `too_many_requests`, always: when it is not the address, it is the hour.
    pub fn refuse<T>(&self, rows: &Rows, now: Moment) -> Result<T> {
        self.soon.check(rows, now)?;
        self.day.check(rows, now)?;
        Err(Error::refused_and_logged(&TOO_MANY, "the hour is full"))
    }
}
