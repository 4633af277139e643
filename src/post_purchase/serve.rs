//! The handlers of post-purchase decisions.

use serde_json::{json, Map, Value};

use super::model::{CheckoutRow, OfferRow, OfferedRow};
use super::{document, page, sql};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::{Reply, Req, Result};
use crate::kit::id::CheckoutIntentId;

/// What `GET /api/commerce/post-purchase-decisions` says beside what every write says: the contract, and the purchase
/// that was asked for.
pub async fn describe(cx: &Cx, req: &Req) -> Result<Map<String, Value>> {
    let intent = req.query(&["checkoutIntentId"]).as_deref().and_then(CheckoutIntentId::parse);
    let mut batch = Batch::new();
    let offers = batch.add(sql::default_offers(&cx.tenant));
    let checkout = intent.as_ref().map(|intent| batch.add(sql::checkout(&cx.tenant, intent)));
    let rows = cx.commit(batch).await?;
    let state = match (checkout, &intent) {
        (Some(at), Some(intent)) => rows.first::<CheckoutRow>(at)?.map(|row| row.state(intent.as_str())).transpose()?,
        _ => None,
    };
    let mut own = Map::new();
    let offers: Vec<OfferedRow> = rows.all(offers)?;
    let of_kind = |kind: &'static str| offers.iter().filter(move |it| it.kind == kind).map(|it| it.id.as_str());
    own.insert("contract".to_owned(), json!(document::contract(of_kind("upsell"), of_kind("downsell"))));
    own.insert("checkout".to_owned(), json!(state));
    Ok(own)
}

/// `GET /commerce/post-purchase/{intent}`.
pub async fn offer(cx: &Cx, req: &Req) -> Result<Reply> {
    let Some(intent) = CheckoutIntentId::parse(req.param("intent")) else {
        return Ok(private(Reply::page(200, page::unknown())));
    };
    let mut batch = Batch::new();
    let checkout = batch.add(sql::checkout(&cx.tenant, &intent));
    let offers = batch.add(sql::offers(&cx.tenant, &intent));
    let rows = cx.commit(batch).await?;
    let Some(checkout) = rows.first::<CheckoutRow>(checkout)? else {
        return Ok(private(Reply::page(200, page::unknown())));
    };
    let offers: Vec<OfferRow> = rows.all(offers)?;
    Ok(private(Reply::page(200, page::offer(cx, req, &intent, &checkout, &offers))))
}

/// The address of this page opens the buyer's files, so it is told to nobody.
fn private(reply: Reply) -> Reply {
    reply.with("referrer-policy", "no-referrer")
}
