//! The handlers of the shop's pages: one read batch each.

use serde::Deserialize;

use super::model::{Library, Offer, Product, Stack, StackCard};
use super::{document, page, sql, NOTHING_HERE};
use crate::affiliate;
use crate::audience::{self, Invitation};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Error, Reply, Req, Result};
use crate::insight::{self, Beacon};
use crate::kit::id::ReferralClickId;

/// A library on the front page.
#[derive(Deserialize)]
pub struct LibraryCard {
    /// Its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
}

/// `GET /`.
pub async fn home(cx: &Cx, _req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let stacks = batch.add(sql::stacks(&cx.tenant));
    let libraries = batch.add(sql::libraries(&cx.tenant));
    let invitation = batch.add(audience::invitation(&cx.tenant));
    let rows = cx.commit(batch).await?;
    let (stacks, libraries): (Vec<StackCard>, Vec<LibraryCard>) = (rows.all(stacks)?, rows.all(libraries)?);
    let invitation: Option<Invitation> = rows.first(invitation)?;
    Ok(Reply::page(200, page::home(&stacks, &libraries, invitation.as_ref())))
}

/// `GET /offers/{slug}`: the form carries a fresh idempotency key, so one render is one order.
pub async fn offer(cx: &Cx, req: &Req) -> Result<Reply> {
    let slug = req.param("slug");
    let mut batch = Batch::new();
    let stack = batch.add(sql::stack(&cx.tenant, slug));
    let offers = batch.add(sql::stack_offers(&cx.tenant, slug));
    let beacon = batch.add(insight::beacon(cx, &format!("/offers/{slug}")));
    let rows = cx.commit(batch).await?;
    let stack: Stack = rows.first(stack)?.ok_or_else(|| Error::from(&NOTHING_HERE))?;
    let offers: Vec<Offer> = rows.all(offers)?;
    let (primary, bumps) = offers.split_first().ok_or_else(|| Error::from(&NOTHING_HERE))?;
    let referral = affiliate::kept(req);
    let view = page::OfferView {
        stack: &stack,
        primary,
        bumps,
        key: &format!("offer-page-{}", cx.uuid()),
        referral: referral.as_ref().map(ReferralClickId::as_str),
        beacon: rows.first::<Beacon>(beacon)?,
    };
    Ok(Reply::page(200, page::offer(&view)))
}

/// `GET /products/{slug}`.
pub async fn library(cx: &Cx, req: &Req) -> Result<Reply> {
    let slug = req.param("slug");
    let mut batch = Batch::new();
    let library = batch.add(sql::library(&cx.tenant, slug));
    let products = batch.add(sql::library_products(&cx.tenant, slug));
    let rows = cx.commit(batch).await?;
    let library: Library = rows.first(library)?.ok_or_else(|| Error::from(&NOTHING_HERE))?;
    let products: Vec<Product> = rows.all(products)?;
    Ok(Reply::page(200, page::library(&library, &products)))
}

/// `GET /offers/source-data`.
pub async fn offers_document(cx: &Cx, req: &Req) -> Result<Reply> {
    Reply::document(req, &document::read(cx).await?)
}
