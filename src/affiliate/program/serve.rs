//! The handlers of the program: the document and the page, one read batch each.

use serde::Deserialize;

use super::{document, page, sql, NOTHING_HERE};
use crate::affiliate::ledger::model::{hold_days, Earns};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Reply, Req, Result};
use crate::kit::money::{Bps, Currency, Money};

/// A program as its page shows it.
#[derive(Debug, Deserialize)]
pub struct ProgramCard {
    /// Its title.
    pub title: String,
    /// In a sentence.
    pub summary: String,
    /// `draft`, `active` or `paused`.
    pub status: String,
    /// The offer that partners recommend.
    pub offer_slug: Option<String>,
}

/// What an offer earns.
#[derive(Debug, Deserialize)]
pub struct Earning {
    /// The offer.
    pub title: String,
    unit_amount_cents: i64,
    currency: Currency,
    kind: String,
    rate_bps: Option<Bps>,
    amount_cents: Option<i64>,
    hold_days: i64,
    /// What the rule is a share of.
    pub caveat: String,
}

impl Earning {
    fn earns(&self) -> Earns {
        Earns::of(&self.kind, self.rate_bps, self.amount_cents)
    }

    /// What a buyer pays for it.
    pub fn price(&self) -> Option<Money> {
        Money::new(self.unit_amount_cents, self.currency)
    }

    /// What a partner earns when it is sold.
    pub fn commission(&self) -> Option<Money> {
        Money::new(self.earns().on(self.unit_amount_cents), self.currency)
    }

    /// The rule in words: `30 %`, or an amount.
    pub fn rate(&self) -> String {
        match self.earns() {
            Earns::Share(rate) => rate.for_people(),
            Earns::Fixed(amount) => Money::new(amount, self.currency).map(Money::for_people).unwrap_or_default(),
            Earns::Nothing => "nothing".to_owned(),
        }
    }
}

/// How a program chooses the click.
#[derive(Debug, Deserialize)]
pub struct Window {
    /// `first_click` or `last_click`.
    pub model: String,
    /// For how many days a click counts.
    pub window_days: i64,
    /// What the rule cannot do.
    pub caveat: String,
}

/// A partner whose link works.
#[derive(Debug, Deserialize)]
pub struct OpenPartner {
    /// Their name.
    pub display_name: String,
    /// Who they are.
    pub public_profile: String,
}

/// `GET /affiliates/source-data`.
pub async fn document(cx: &Cx, req: &Req) -> Result<Reply> {
    Reply::document(req, &document::read(cx, &req.origin()).await?)
}

/// `GET /affiliates/{slug}`.
pub async fn page(cx: &Cx, req: &Req) -> Result<Reply> {
    let slug = req.param("slug");
    let mut batch = Batch::new();
    let program = batch.add(sql::program(&cx.tenant, slug));
    let earnings = batch.add(sql::earnings(&cx.tenant, slug));
    let windows = batch.add(sql::windows(&cx.tenant, slug));
    let partners = batch.add(sql::open_partners(&cx.tenant, slug));
    let rows = cx.commit(batch).await?;
    let program: ProgramCard = rows.first(program)?.ok_or_else(|| Error::from(&NOTHING_HERE))?;
    let earnings: Vec<Earning> = rows.all(earnings)?;
    let hold_days = hold_days(earnings.iter().map(|earning| earning.hold_days));
    let view = page::View {
        program: &program,
        earnings: &earnings,
        windows: &rows.all::<Window>(windows)?,
        partners: &rows.all::<OpenPartner>(partners)?,
        hold_days,
        link: &format!("{}/r/", req.origin()),
    };
    Ok(Reply::page(200, page::program(&view)))
}
