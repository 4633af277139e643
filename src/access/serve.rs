//! The handlers of access.

use super::lookup::For;
use super::model::{self, CONTENT_FLAGS, LOOKUP_FLAGS, TOKEN_FLAGS};
use super::{content, download, lookup, page, token};
use crate::cx::Cx;
use crate::http::{Error, Fields, Reply, Req, Result};
use crate::kit::bounds::ID_MAX_BYTES;
use crate::kit::id::DownloadToken;

const INTENT_NAMES: &[&str] = &["checkoutIntentId", "checkout_intent_id"];
const ENTITLEMENT_NAMES: &[&str] = &["entitlementId", "entitlement_id"];

/// `GET /api/products/entitlements`.
pub async fn entitlements(cx: &Cx, req: &Req) -> Result<Reply> {
    let found = lookup::look_up(cx, req.query(INTENT_NAMES).as_deref(), For::Program).await?;
    let status = if found.document.source == "invalid" { 400 } else { 200 };
    Ok(unshared(Reply::redacted(status, &found.document, LOOKUP_FLAGS)?))
}

/// `GET /products/entitlements`: the same look-up for people.
pub async fn access_page(cx: &Cx, req: &Req) -> Result<Reply> {
    let found = lookup::look_up(cx, req.query(INTENT_NAMES).as_deref(), For::Person).await?;
    let status = if found.document.source == "invalid" { 400 } else { 200 };
    Ok(unshared(Reply::page(status, page::access(&found))))
}

/// `POST /api/products/download-tokens`: JSON for programs; a form goes straight on to the file.
pub async fn create_token(cx: &Cx, req: &Req) -> Result<Reply> {
    let fields = Fields::read(req)?;
    let intent = fields.text_of(INTENT_NAMES)?.filter(|id| id.len() <= ID_MAX_BYTES);
    let entitlement = fields.text_of(ENTITLEMENT_NAMES)?.filter(|id| id.len() <= ID_MAX_BYTES);
    let (Some(intent), Some(entitlement)) = (intent, entitlement) else {
        return Err(Error::from(&model::IDS_REQUIRED));
    };
    let created = token::create(cx, intent, entitlement).await?;
    Ok(unshared(if fields.is_form() {
        Reply::see_other(created.download_url)
    } else {
        Reply::redacted(201, &created, TOKEN_FLAGS)?
    }))
}

/// `GET /api/products/downloads`: the one GET that writes, because fetching the file is the act. A program may send the
/// token as a bearer instead of putting it into the address.
pub async fn redeem(cx: &Cx, req: &Req) -> Result<Reply> {
    let bearer = || req.header("authorization").and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned));
    let token = req.query(&["token"]).or_else(bearer).as_deref().and_then(DownloadToken::parse);
    let token = token.ok_or_else(|| Error::from(&model::TOKEN_MALFORMED))?;
    if req.head {
        download::look(cx, &token).await
    } else {
        download::redeem(cx, &token).await
    }
}

/// `GET /api/products/protected-content`.
pub async fn section(cx: &Cx, req: &Req) -> Result<Reply> {
    let delivered = content::read(cx, &asked_section(req)?).await?;
    Ok(unshared(Reply::redacted(200, &delivered, CONTENT_FLAGS)?))
}

/// `GET /products/content`: the same section for people.
pub async fn section_page(cx: &Cx, req: &Req) -> Result<Reply> {
    let delivered = content::read(cx, &asked_section(req)?).await?;
    Ok(unshared(Reply::page(200, page::section(&delivered))))
}

fn asked_section(req: &Req) -> Result<content::Asked> {
    let query = |names: &[&str]| req.query(names).unwrap_or_default();
    let asked = content::Asked::parse(
        &query(INTENT_NAMES),
        &query(ENTITLEMENT_NAMES),
        &query(&["protectedContentId", "protected_content_id", "sectionId", "section_id"]),
    );
    asked.ok_or_else(|| Error::from(&model::CONTENT_IDS_REQUIRED))
}

/// The address of these answers holds a bearer, so it is told to nobody.
fn unshared(reply: Reply) -> Reply {
    reply.with("referrer-policy", "no-referrer")
}
