//! What a sale earns, and a commission as answers show it.

use serde::{Deserialize, Serialize};

use crate::contract::redaction::{self, Flag};
use crate::kit::bounds::COMMISSION_HOLD_DAYS_MIN;
use crate::kit::money::{Bps, Currency};
use crate::kit::time::Moment;

/// What answers about commissions do not hold.
pub const FLAGS: &[Flag] = &[
    redaction::RAW_STRIPE_IDS,
    redaction::PRIVATE_DATA,
    redaction::PAYABLE_COMMISSION,
    redaction::PAYOUT,
    redaction::TAX_DATA,
    redaction::PARTNER_NOTIFICATION,
];

/// What one rule pays for one line of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earns {
    /// A share of the line.
    Share(Bps),
    /// So many minor units, and never more than the line.
    Fixed(i64),
    /// Nothing.
    Nothing,
}

impl Earns {
    /// From the columns of a rule. A rule that is none of the known ones pays nothing.
    pub fn of(kind: &str, rate: Option<Bps>, amount: Option<i64>) -> Self {
        match (kind, rate, amount) {
            ("percentage", Some(rate), _) => Self::Share(rate),
            ("fixed", _, Some(amount)) => Self::Fixed(amount),
            _ => Self::Nothing,
        }
    }

    /// What it pays for a line of so many minor units. The view `affiliate_commission_lines` says the same in SQL, and a
    /// test holds the two together.
    pub fn on(self, line: i64) -> i64 {
        match self {
            Self::Share(rate) => rate.of(line),
            Self::Fixed(amount) => amount.min(line).max(0),
            Self::Nothing => 0,
        }
    }
}

/// Days between a sale and the end of its refund window: the longest that a rule asks for, and never less than ours.
pub fn hold_days(of_rules: impl IntoIterator<Item = i64>) -> i64 {
    of_rules.into_iter().fold(COMMISSION_HOLD_DAYS_MIN, i64::max)
}

/// A commission, as the database has it and as answers show it.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all(serialize = "camelCase"))]
pub struct Ledger {
    #[serde(rename(deserialize = "id"))]
    commission_ledger_id: String,
    checkout_intent_id: String,
    referral_attribution_id: String,
    referral_click_id: String,
    referral_link_id: String,
    referral_code: String,
    partner_id: String,
    #[serde(rename(deserialize = "commission_rule_ids_json"), deserialize_with = "crate::db::texts")]
    commission_rule_ids: Vec<String>,
    source_checkout_status: String,
    #[serde(rename(deserialize = "source_checkout_amount_cents"))]
    gross_sale_cents: i64,
    commission_cents: i64,
    currency: String,
    ledger_status: String,
    review_status: String,
    payout_status: String,
    refund_window_days: i64,
    reversible_until: Option<i64>,
    updated_at: i64,
    #[serde(skip_serializing, default)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(skip))]
    made_by: Option<String>,
}

impl Ledger {
    /// True when a payment event made it.
    pub fn made_by_payment(&self) -> bool {
        self.made_by.as_deref() == Some("payment_event")
    }
}

/// What an owner decided, as the database has it and as answers show it.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all(serialize = "camelCase"))]
pub struct ReviewAction {
    #[serde(rename(deserialize = "id"))]
    action_id: String,
    commission_ledger_id: String,
    checkout_intent_id: String,
    action_kind: String,
    previous_ledger_status: String,
    previous_review_status: String,
    previous_payout_status: String,
    next_ledger_status: String,
    next_review_status: String,
    next_payout_status: String,
    actor_role: String,
    #[serde(rename(deserialize = "reason_public", serialize = "reasonPublic"))]
    reason_public: Option<String>,
    created_at: i64,
}

/// A commission as an owner sees it, with everything that explains it.
#[derive(Debug, Deserialize)]
pub struct Credit {
    /// Its id.
    pub id: String,
    /// The checkout.
    pub checkout_intent_id: String,
    /// The partner's name.
    pub partner_name: Option<String>,
    /// The link's code.
    pub referral_code: String,
    /// When the visitor followed the link.
    pub clicked_at: Moment,
    /// How long the click counted, in days.
    pub window_days: i64,
    /// The rule that chose this click.
    pub attribution_title: Option<String>,
    /// When the order was placed.
    pub ordered_at: Moment,
    /// What the buyer paid.
    pub source_checkout_amount_cents: i64,
    /// What the partner earned.
    pub commission_cents: i64,
    /// The currency of both.
    pub currency: Currency,
    /// `review_only` or `reversed`.
    pub ledger_status: String,
    /// Where the review stands.
    pub review_status: String,
    /// Why the system itself held or reversed it.
    pub system_reason: Option<String>,
    /// What the owner said in public, last time.
    pub reason_public: Option<String>,
    /// Until when a refund can reverse it.
    pub reversible_until: Option<Moment>,
    /// When the row was made.
    pub created_at: Moment,
    /// The stale-state token.
    pub updated_at: i64,
}

/// One line of a commission's arithmetic.
#[derive(Debug, Deserialize)]
pub struct CreditLine {
    /// The commission.
    pub commission_ledger_id: String,
    /// What was bought.
    pub name: String,
    /// What it cost.
    pub unit_amount_cents: i64,
    /// The rule that pays for it, if one does.
    pub rule_title: Option<String>,
    /// The rule's share.
    pub rate_bps: Option<Bps>,
    /// What it earned.
    pub commission_cents: i64,
}

/// A link with its figures, for the owner.
#[derive(Debug, Deserialize)]
pub struct LinkFigures {
    /// The link's code.
    pub code: String,
    /// The link's status.
    pub status: String,
    /// The partner.
    pub partner_name: String,
    /// The partner's status.
    pub partner_status: String,
    /// True when it takes clicks.
    #[serde(deserialize_with = "crate::db::truth")]
    pub open: bool,
    /// Clicks so far.
    pub clicks: i64,
    /// When the last one came.
    pub last_click_at: Option<Moment>,
    /// Orders that came by it.
    pub orders: i64,
    /// Commissions that stand.
    pub credits: i64,
}

/// An order that came by a partner link and has no commission.
#[derive(Debug, Deserialize)]
pub struct Uncredited {
    /// The link's code, where it is known.
    pub referral_code: Option<String>,
    /// The partner's name, where it is known.
    pub partner_name: Option<String>,
    /// When the order was placed.
    pub ordered_at: Moment,
    /// How the checkout stands.
    pub checkout_status: String,
    /// Why the click was not attached; `None` when it was.
    pub skipped: Option<String>,
    /// True when the money went back before it was credited.
    #[serde(deserialize_with = "crate::db::truth")]
    pub taken_back: bool,
}

impl Uncredited {
    /// Why there is no commission, in a sentence.
    pub fn why(&self) -> &'static str {
        match (self.skipped.as_deref(), self.checkout_status.as_str(), self.taken_back) {
            (Some("click_too_old"), ..) => "The click was too old when the order was placed.",
            (Some("other_page"), ..) => "The link recommends another page than the one that was bought.",
            (Some("click_used_up"), ..) => "The click was used for too many orders.",
            (Some(_), ..) => "The click that the browser remembered is not known here.",
            (None, "payment_failed", _) => "The payment failed.",
            (None, "expired", _) => "The payment page was closed before anything was paid.",
            (None, "paid", true) => "The money went back before a commission was written down.",
            (None, "paid", false) => "No rule pays for what was bought.",
            (None, "completed", _) => "The buyer's bank has not sent the money yet.",
            (None, ..) => "The order has not been paid.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{hold_days, Earns, Uncredited};
    use crate::kit::money::Bps;
    use crate::kit::time::Moment;
    use proptest::prelude::*;

    #[test]
    fn the_refund_window_is_the_longest_of_the_rules_and_never_shorter_than_ours() {
        assert_eq!((hold_days([]), hold_days([0, 7]), hold_days([14, 30])), (14, 14, 30));
    }

    #[test]
    fn a_rule_without_its_figure_pays_nothing() {
        assert_eq!(Earns::of("percentage", None, Some(5)), Earns::Nothing);
        assert_eq!(Earns::of("fixed", Bps::new(1), None), Earns::Nothing);
        assert_eq!(Earns::of("holdback", None, Some(500)).on(900), 0);
        assert_eq!((Earns::Fixed(500).on(900), Earns::Fixed(500).on(300), Earns::Fixed(500).on(-1)), (500, 300, 0));
    }

    #[test]
    fn every_reason_is_a_sentence() {
        for (skipped, status, taken_back) in [
            (Some("click_too_old"), "paid", false),
            (Some("something new"), "paid", false),
            (None, "paid", true),
            (None, "paid", false),
            (None, "something new", false),
        ] {
            let row = Uncredited {
                referral_code: None,
                partner_name: None,
                ordered_at: Moment::from_unix_seconds(0),
                checkout_status: status.to_owned(),
                skipped: skipped.map(str::to_owned),
                taken_back,
            };
            assert!(row.why().ends_with('.'));
        }
    }

    proptest! {
        #[test]
        fn a_share_is_never_more_than_the_line_and_off_by_half_a_cent_at_most(
            bps in 0_i64..=10_000, line in 0_i64..=9_007_199_254_740_991,
        ) {
            let earned = Earns::Share(Bps::new(bps).expect("a share")).on(line);
            prop_assert!((0..=line).contains(&earned));
            let twice = 2 * (i128::from(earned) * 10_000 - i128::from(line) * i128::from(bps));
            prop_assert!((-9_999..=10_000).contains(&twice), "{twice}");
        }

        #[test]
        fn more_money_never_earns_less(bps in 0_i64..=10_000, line in 0_i64..=99_999_999, more in 0_i64..=9_999) {
            let rule = Earns::Share(Bps::new(bps).expect("a share"));
            prop_assert!(rule.on(line + more) >= rule.on(line));
        }
    }
}
