//! The missed-event sweep: asks Stripe what happened lately and feeds the same path as the webhook.
//!
//! Stripe stops retrying after three days, and an endpoint can be misconfigured for longer. Events are idempotent, so
//! looking twice costs nothing but the look.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::model::{self, Source};
use super::{serve, sql};
use crate::config::StripeMode;
use crate::cx::Cx;
use crate::db::{truth, Batch};
use crate::http::{Error, Result};
use crate::kit::bounds::{
    SWEEP_FIRST_LOOK_BACK_SECONDS, SWEEP_LEASE_SECONDS, SWEEP_LOOK_BACK_MAX_SECONDS, SWEEP_OVERLAP_SECONDS,
    SWEEP_PAGES_MAX, SWEEP_PAGE_EVENTS,
};
use crate::kit::id::{AuditId, StripeEventId};
use crate::kit::json;
use crate::kit::private::Private;
use crate::kit::time::Moment;
use crate::stripe::client::{Stripe, StripeError};
use crate::stripe::event::Event;
use crate::stripe::reversal;
use crate::subscription;

/// What one run did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Events that Stripe listed.
    pub seen: usize,
    /// Of those, events that no webhook had brought.
    pub recovered: usize,
    /// Events that could not be read; they are skipped, not retried for ever.
    pub unreadable: usize,
}

/// Where the next run goes on.
#[derive(Debug)]
pub struct Next {
    /// Everything before this moment has been looked at.
    pub covered_until: Moment,
    /// When an unfinished scan began.
    pub scan_started_at: Option<Moment>,
    /// The event that an unfinished scan goes on behind.
    pub scan_after: Option<StripeEventId>,
}

#[derive(Deserialize)]
struct Job {
    #[serde(deserialize_with = "truth")]
    mine: bool,
    covered_until: Moment,
    scan_started_at: Option<Moment>,
    scan_after: Option<StripeEventId>,
}

/// Sweeps every mode that has a key. A mode without one is not swept.
///
/// # Errors
/// The first mode's error; the others are swept all the same.
pub async fn run(cx: &Cx) -> Result<Swept> {
    let mut total = Swept::default();
    let mut first_error = None;
    for mode in [StripeMode::Sandbox, StripeMode::Live] {
        let Some(key) = cx.config.stripe_key(mode) else {
            continue;
        };
        match sweep_mode(cx, mode, key).await {
            Ok(swept) => {
                total.seen += swept.seen;
                total.recovered += swept.recovered;
                total.unreadable += swept.unreadable;
            }
            Err(error) => drop(first_error.get_or_insert(error)),
        }
    }
    first_error.map_or(Ok(total), Err)
}

async fn sweep_mode(cx: &Cx, mode: StripeMode, key: &Private<String>) -> Result<Swept> {
    let name = match mode {
        StripeMode::Sandbox => "stripe_event_sweep_sandbox",
        StripeMode::Live => "stripe_event_sweep_live",
    };
    let (lease, now) = (cx.fresh_audit(), cx.now());
    let mut batch = Batch::new();
    batch.add(sql::take_lease(name, &lease, now.plus_seconds(SWEEP_LEASE_SECONDS), now));
    let at = batch.add(sql::job(name, &lease));
    let job: Job = cx.commit(batch).await?.one(at)?;
    if !job.mine {
        return Ok(Swept::default());
    }
    let mut next =
        Next { covered_until: job.covered_until, scan_started_at: job.scan_started_at, scan_after: job.scan_after };
    let mut swept = Swept::default();
    let result = scan(cx, mode, key, now, &mut next, &mut swept).await;
    let error = result.as_ref().err().map(|_| "the sweep stopped early");
    end(cx, name, &lease, &next, error).await?;
    result.map(|()| swept)
}

async fn end(cx: &Cx, name: &str, lease: &AuditId, next: &Next, error: Option<&str>) -> Result<()> {
    let mut batch = Batch::new();
    batch.add(sql::end_run(name, lease, next, error, cx.now()));
    cx.commit(batch).await?;
    Ok(())
}

/// Reads pages, newest first, until the covered moment is reached or the run's share is used up.
async fn scan(
    cx: &Cx,
    mode: StripeMode,
    key: &Private<String>,
    now: Moment,
    next: &mut Next,
    swept: &mut Swept,
) -> Result<()> {
    let started = *next.scan_started_at.get_or_insert(now);
    let since = look_back(next.covered_until, started).max(now.plus_seconds(-SWEEP_LOOK_BACK_MAX_SECONDS));
    let mut fault = None;
    let stripe = Stripe::new(cx, key);
    let mut kinds = [model::SESSION_EVENTS, subscription::EVENTS, reversal::EVENTS].concat();
    kinds.sort_unstable();
    kinds.dedup();
    for _ in 0..SWEEP_PAGES_MAX {
        let page = stripe.events(&kinds, since, next.scan_after.as_ref(), SWEEP_PAGE_EVENTS).await;
        // Stripe forgets events; a place it no longer knows must not hold up every later run.
        if matches!(page, Err(StripeError::Refused { status: 400, .. })) {
            next.scan_after = None;
        }
        let page = page.map_err(|error| Error::unavailable(format!("stripe events: {error}")))?;
        let last = take_page(cx, mode, &page.data, swept, &mut fault).await?;
        match last.filter(|_| page.has_more) {
            Some(last) => next.scan_after = Some(last),
            None => {
                let covered_until = if fault.is_some() { next.covered_until } else { started };
                *next = Next { covered_until, scan_started_at: None, scan_after: None };
                break;
            }
        }
    }
    fault.map_or(Ok(()), Err)
}

/// Where a scan begins to look: the same moment in every run that the scan takes.
fn look_back(covered_until: Moment, started: Moment) -> Moment {
    if covered_until == Moment::from_unix_seconds(0) {
        return started.plus_seconds(-SWEEP_FIRST_LOOK_BACK_SECONDS);
    }
    covered_until.plus_seconds(-SWEEP_OVERLAP_SECONDS)
}

/// Feeds the events of a page that the inbox lacks, oldest first; returns the oldest event of the page. The first event
/// that fails on our side is left in `fault`.
async fn take_page(
    cx: &Cx,
    mode: StripeMode,
    page: &[Box<RawValue>],
    swept: &mut Swept,
    fault: &mut Option<Error>,
) -> Result<Option<StripeEventId>> {
    let events: Vec<(&RawValue, Event)> = page
        .iter()
        .filter_map(|raw| Event::read(raw.get().as_bytes()).ok().map(|event| (raw.as_ref(), event)))
        .collect();
    swept.seen += page.len();
    swept.unreadable += page.len() - events.len();
    let ids: Vec<&str> = events.iter().map(|(_, event)| event.id.as_str()).collect();
    let mut batch = Batch::new();
    let at = batch.add(sql::known_events(&ids));
    let known: Vec<Known> = cx.commit(batch).await?.all(at)?;
    for (raw, event) in events.iter().rev() {
        let ours = event.livemode == mode.livemode();
        if !ours || known.iter().any(|known| known.id == event.id) {
            continue;
        }
        match serve::take(cx, event, raw.get().as_bytes(), mode, Source::Sweep).await {
            Ok(_) => swept.recovered += 1,
            Err(Error::Refused(_)) => swept.unreadable += 1,
            // One event that fails must not keep the others from their buyers; the next run meets it again.
            Err(error) => drop(fault.get_or_insert(error)),
        }
    }
    Ok(page.last().and_then(|raw| json::read::<Known>(raw.get()).ok()).map(|last| last.id))
}

#[derive(Deserialize)]
struct Known {
    id: StripeEventId,
}
