//! A membership as its buyer sees it: open until when, ending or ended. And how many a shop has.
//!
//! Only reads: `subscription` opens and closes memberships.

pub mod sql;

use serde::{Deserialize, Serialize};

use crate::db::Stmt;
use crate::kit::id::{CheckoutIntentId, TenantId};
use crate::kit::time::Moment;

pub use sql::MembershipRow;

/// The statement that finds the membership of a checkout; no row when the checkout buys nothing that repeats.
pub fn of_checkout(tenant: &TenantId, intent: &CheckoutIntentId) -> Stmt {
    sql::membership_of(tenant, intent)
}

/// The statement behind [`Counts`]; always one row.
pub fn counts(tenant: &TenantId) -> Stmt {
    sql::membership_counts(tenant)
}

/// How many subscriptions a shop's memberships have, and what they opened.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all(serialize = "camelCase"))]
pub struct Counts {
    /// Subscriptions of any status.
    pub billing_subscriptions: i64,
    /// Those that run.
    pub active_or_trialing_billing_subscriptions: i64,
    /// Memberships that were ever opened.
    pub membership_entitlements: i64,
    /// Those that are open.
    pub active_membership_entitlements: i64,
    /// Those that are closed.
    pub inactive_membership_entitlements: i64,
}

/// How a membership stands, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Paid, and Stripe has not told of the subscription yet.
    Opening,
    /// Open, and it renews at this moment.
    Renews(Option<Moment>),
    /// Open, and it ends at this moment.
    Ends(Option<Moment>),
    /// A payment is missing, so it is closed for now.
    Unpaid,
    /// Over since this moment.
    Ended(Option<Moment>),
}

impl MembershipRow {
    /// How the membership stands.
    pub fn standing(&self) -> Standing {
        match self.status.as_deref() {
            None => Standing::Opening,
            Some("canceled" | "incomplete_expired") => Standing::Ended(self.ended_at),
            _ if self.live && self.cancel_at_period_end => Standing::Ends(self.current_period_end),
            _ if self.live => Standing::Renews(self.current_period_end),
            _ => Standing::Unpaid,
        }
    }
}

impl Standing {
    /// In a few words, for a badge.
    pub fn in_words(self) -> String {
        let day = |at: Option<Moment>| at.map(Moment::day_for_people);
        match (self, day(self.moment())) {
            (Self::Opening, _) => "Opening".to_owned(),
            (Self::Renews(_), Some(day)) => format!("Active until {day}, then renews"),
            (Self::Renews(_), None) => "Active".to_owned(),
            (Self::Ends(_), Some(day)) => format!("Cancelled, open until {day}"),
            (Self::Ends(_), None) => "Cancelled, still open".to_owned(),
            (Self::Unpaid, _) => "Closed: a payment is missing".to_owned(),
            (Self::Ended(_), Some(day)) => format!("Ended on {day}"),
            (Self::Ended(_), None) => "Ended".to_owned(),
        }
    }

    const fn moment(self) -> Option<Moment> {
        match self {
            Self::Renews(at) | Self::Ends(at) | Self::Ended(at) => at,
            Self::Opening | Self::Unpaid => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MembershipRow, Standing};
    use crate::kit::time::Moment;

    #[test]
    fn each_standing_has_its_words() {
        let noon = Some(Moment::from_unix_seconds(1_795_176_000));
        let row = |status: Option<&str>, live: bool, ends: bool| MembershipRow {
            status: status.map(str::to_owned),
            current_period_end: noon,
            cancel_at_period_end: ends,
            ended_at: (status == Some("canceled")).then_some(noon).flatten(),
            live,
        };
        for (row, words) in [
            (row(None, false, false), "Opening"),
            (row(Some("active"), true, false), "Active until 20 Nov 2026, then renews"),
            (row(Some("active"), true, true), "Cancelled, open until 20 Nov 2026"),
            (row(Some("past_due"), false, false), "Closed: a payment is missing"),
            (row(Some("active"), false, false), "Closed: a payment is missing"),
            (row(Some("canceled"), false, false), "Ended on 20 Nov 2026"),
            (row(Some("incomplete_expired"), false, false), "Ended"),
        ] {
            assert_eq!(row.standing().in_words(), words);
        }
        assert_eq!(Standing::Renews(None).in_words(), "Active");
    }
}
