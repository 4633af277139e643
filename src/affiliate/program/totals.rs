//! The live figures of the documents: totals by link.

use super::sql;
use crate::affiliate::flags as own;
use crate::contract::redaction::{self as common, Flag, Flagged};
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::http::Result;
use crate::{record, wire};

record! { as "snake_case";
    /// Clicks of a link.
    pub struct ClickTotal {
        /// The link.
        referral_link_id: String,
        /// Its code.
        referral_code: String,
        /// Whose it is.
        partner_id: String,
        /// What it recommends.
        destination_route: String,
        /// How many.
        total_clicks: i64,
        /// The last one, in unix seconds.
        last_click_at: i64,
    }

    /// Checkouts that came by a link.
    pub struct AttributionTotal {
        /// The link.
        referral_link_id: String,
        /// Its code.
        referral_code: String,
        /// Whose it is.
        partner_id: String,
        /// What it recommends.
        destination_route: String,
        /// `checkout_intent_attached`.
        attribution_status: String,
        /// How many.
        total_checkouts: i64,
        /// The last one, in unix seconds.
        last_attached_at: i64,
    }

    /// Commissions of a link in one status.
    pub struct LedgerTotal {
        /// The link.
        referral_link_id: String,
        /// Its code.
        referral_code: String,
        /// Whose it is.
        partner_id: String,
        /// `review_only` or `reversed`.
        ledger_status: String,
        /// Where the review stands.
        review_status: String,
        /// `not_payable`.
        payout_status: String,
        /// How many.
        total_ledgers: i64,
        /// What the buyers paid.
        total_source_checkout_amount_cents: i64,
        /// What was earned.
        total_commission_cents: i64,
        /// The last one, in unix seconds.
        last_created_at: i64,
    }

    /// Decisions of one kind.
    pub struct ActionTotal {
        /// What was decided.
        action_kind: String,
        /// The status it led to.
        next_ledger_status: String,
        /// The review it led to.
        next_review_status: String,
        /// `not_payable`.
        next_payout_status: String,
        /// How many.
        total_actions: i64,
        /// The last one, in unix seconds.
        last_created_at: i64,
    }

    /// Decisions of one kind about commissions of a link.
    pub struct PartnerActionTotal {
        /// The link.
        referral_link_id: String,
        /// Its code.
        referral_code: String,
        /// Whose it is.
        partner_id: String,
        /// What was decided.
        action_kind: String,
        /// The status it led to.
        next_ledger_status: String,
        /// The review it led to.
        next_review_status: String,
        /// `not_payable`.
        next_payout_status: String,
        /// How many.
        total_actions: i64,
        /// The last one, in unix seconds.
        last_created_at: i64,
    }
}

wire! {
    /// Totals of clicks.
    pub struct ClickCounts {
        /// `available`.
        status: &'static str,
        /// One row per link.
        aggregate_counts: Vec<ClickTotal>,
    }

    /// Totals of checkouts that came by a link.
    pub struct AttributionCounts {
        /// `available`.
        status: &'static str,
        /// One row per link.
        aggregate_counts: Vec<AttributionTotal>,
    }

    /// Totals of decisions by link.
    pub struct ActionCounts {
        /// `available`.
        status: &'static str,
        /// One row per link and kind.
        aggregate_counts: Vec<PartnerActionTotal>,
    }

    /// Totals of commissions and of decisions about them.
    pub struct LedgerCounts {
        /// `available`.
        status: &'static str,
        /// One row per link and status.
        aggregate_counts: Vec<LedgerTotal>,
        /// One row per kind of decision.
        review_action_counts: Vec<ActionTotal>,
    }
}

/// The state of every summary: a database that does not answer is a failure of the whole document.
pub const AVAILABLE: &str = "available";
/// Where every summary comes from.
pub const AVAILABLE_IN_D1: &str = "d1";

const CLICK_FLAGS: &[Flag] = &[own::RAW_ROWS, common::PRIVATE_DATA];
const ATTRIBUTION_FLAGS: &[Flag] = &[own::RAW_ROWS, common::PRIVATE_DATA, own::COMMISSION_ROWS];
const LEDGER_FLAGS: &[Flag] =
    &[own::RAW_ROWS, common::PRIVATE_DATA, own::PAYABLE_ROWS, own::PAYOUT_ROWS, own::TAX_ROWS, own::NOTIFICATIONS];
const ACTION_FLAGS: &[Flag] = &[own::RAW_ROWS, own::RAW_ACTOR, own::PRIVATE_REASONS, own::PAYOUT_ROWS];
/// The totals of a shop.
#[derive(Debug, Default)]
pub struct Totals {
    clicks: Vec<ClickTotal>,
    attributions: Vec<AttributionTotal>,
    ledgers: Vec<LedgerTotal>,
    actions: Vec<ActionTotal>,
    partner_actions: Vec<PartnerActionTotal>,
}

/// Where the totals stand in a batch.
pub struct Places {
    clicks: At,
    attributions: At,
    ledgers: At,
    actions: At,
    partner_actions: At,
}

impl Totals {
    /// Asks for the totals.
    pub fn ask(cx: &Cx, batch: &mut Batch) -> Places {
        Places {
            clicks: batch.add(sql::click_totals(&cx.tenant)),
            attributions: batch.add(sql::attribution_totals(&cx.tenant)),
            ledgers: batch.add(sql::ledger_totals(&cx.tenant)),
            actions: batch.add(sql::action_totals(&cx.tenant)),
            partner_actions: batch.add(sql::partner_action_totals(&cx.tenant)),
        }
    }

    /// Reads them.
    ///
    /// # Errors
    /// A fault when a row does not decode.
    pub fn read(rows: &Rows, at: &Places) -> Result<Self> {
        Ok(Self {
            clicks: rows.all(at.clicks)?,
            attributions: rows.all(at.attributions)?,
            ledgers: rows.all(at.ledgers)?,
            actions: rows.all(at.actions)?,
            partner_actions: rows.all(at.partner_actions)?,
        })
    }

    /// Clicks by link.
    pub fn click_summary(&self) -> Flagged<ClickCounts> {
        Flagged::new(ClickCounts { status: AVAILABLE, aggregate_counts: self.clicks.clone() }, CLICK_FLAGS)
    }

    /// Checkouts by link.
    pub fn attribution_summary(&self) -> Flagged<AttributionCounts> {
        let aggregate_counts = self.attributions.clone();
        Flagged::new(AttributionCounts { status: AVAILABLE, aggregate_counts }, ATTRIBUTION_FLAGS)
    }

    /// Commissions by link and status, and decisions by kind.
    pub fn ledger_summary(&self) -> Flagged<LedgerCounts> {
        let (aggregate_counts, review_action_counts) = (self.ledgers.clone(), self.actions.clone());
        Flagged::new(LedgerCounts { status: AVAILABLE, aggregate_counts, review_action_counts }, LEDGER_FLAGS)
    }

    /// Decisions by link and kind.
    pub fn action_summary(&self) -> Flagged<ActionCounts> {
        let aggregate_counts = self.partner_actions.clone();
        Flagged::new(ActionCounts { status: AVAILABLE, aggregate_counts }, ACTION_FLAGS)
    }

    /// The totals of some links only, of one partner where one is given.
    pub(super) fn within(&self, links: &[String], partner: Option<&str>) -> Self {
        let ours = |link: &String, of: &str| links.contains(link) && partner.is_none_or(|partner| partner == of);
        Self {
            clicks: kept(&self.clicks, |row| ours(&row.referral_link_id, &row.partner_id)),
            attributions: kept(&self.attributions, |row| ours(&row.referral_link_id, &row.partner_id)),
            ledgers: kept(&self.ledgers, |row| ours(&row.referral_link_id, &row.partner_id)),
            actions: Vec::new(),
            partner_actions: kept(&self.partner_actions, |row| ours(&row.referral_link_id, &row.partner_id)),
        }
    }

    /// Clicks.
    pub(super) fn clicked(&self) -> i64 {
        self.clicks.iter().map(|row| row.total_clicks).sum()
    }

    /// Checkouts that came by a click.
    pub(super) fn attached(&self) -> i64 {
        self.attributions.iter().map(|row| row.total_checkouts).sum()
    }

    /// How often the owner decided so.
    pub(super) fn decided(&self, kind: &str) -> i64 {
        self.partner_actions.iter().filter(|row| row.action_kind == kind).map(|row| row.total_actions).sum()
    }

    /// Commissions of which this is true.
    pub(super) fn ledgers_where(&self, wanted: impl Fn(&LedgerTotal) -> bool) -> i64 {
        self.ledgers.iter().filter(|row| wanted(row)).map(|row| row.total_ledgers).sum()
    }

    /// What stands: a commission that was taken back earns nothing.
    pub(super) fn earned(&self) -> i64 {
        let stands = self.ledgers.iter().filter(|row| row.ledger_status == "review_only");
        stands.map(|row| row.total_commission_cents).sum()
    }

    /// The last thing that happened, in unix seconds.
    pub(super) fn last_activity(&self) -> Option<i64> {
        let clicks = self.clicks.iter().map(|row| row.last_click_at);
        let checkouts = self.attributions.iter().map(|row| row.last_attached_at);
        let ledgers = self.ledgers.iter().map(|row| row.last_created_at);
        clicks.chain(checkouts).chain(ledgers).chain(self.partner_actions.iter().map(|row| row.last_created_at)).max()
    }
}

fn kept<T: Clone>(rows: &[T], wanted: impl Fn(&T) -> bool) -> Vec<T> {
    rows.iter().filter(|row| wanted(row)).cloned().collect()
}
