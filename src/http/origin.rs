//! Where a request came from: what another site's page must not make a browser do here.

use super::error::{common, Error, Refusal, Refused, Result};
use super::req::Req;
use crate::cx::Cx;

/// The page that sent the request is not ours.
pub const INVALID_ORIGIN: Refusal = Refusal::new(403, "invalid_origin", "This request came from another site.");
/// A browser did not say which page sent the request.
pub const MISSING_ORIGIN: Refusal =
    Refusal::new(403, "missing_or_null_origin", "The Origin header is missing, so this request is not trusted.");

/// The same page, with or without `www.`, lives at the shop's own address.
pub const ELSEWHERE: Refusal = Refusal::new(308, "moved", "This page lives under the other name of the shop.");

/// People sign in, and owners act, under one name of the shop: cookies are kept for that name alone.
///
/// # Errors
/// A redirect from the name with `www.` to the one without, or the other way round; `unknown_host` under every other.
pub fn home(cx: &Cx, req: &Req) -> Result<()> {
    let accounts = &cx.config.accounts;
    if accounts.answers(&req.url) {
        return Ok(());
    }
    if !accounts.is_twin(&req.url) {
        return Err(Error::from(&common::UNKNOWN_HOST));
    }
    let query = req.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}{}{query}", accounts.origin(&req.url), req.url.path());
    let (headers, extra) = (vec![("location", location.into())], serde_json::Map::new());
    Err(Error::Refused(Box::new(Refused { refusal: &ELSEWHERE, extra, headers, remark: None })))
}

/// The origin of the page that sent a request: `Origin`, or else that of `Referer`.
pub fn sender(req: &Req) -> Option<String> {
    let referer = || req.header("referer").and_then(|address| address.parse::<url::Url>().ok());
    let named = req.header("origin").filter(|origin| !origin.is_empty());
    named.or_else(|| referer().map(|address| address.origin().ascii_serialization())).filter(|origin| origin != "null")
}

/// A request that anybody may send, but no page of another site: a browser says which page sent it, and who says nothing
/// is no browser.
///
/// # Errors
/// `invalid_origin`.
pub fn not_foreign(cx: &Cx, req: &Req) -> Result<()> {
    let ours = match req.header("origin").filter(|origin| !origin.is_empty()) {
        Some(origin) => origin == req.origin() || cx.config.accounts.trusts(&origin, &req.url),
        None => req.header("sec-fetch-site").is_none_or(|site| matches!(site.as_str(), "same-origin" | "none")),
    };
    ours.then_some(()).ok_or_else(|| Error::from(&INVALID_ORIGIN))
}

/// A request that changes something on behalf of a signed-in browser must come from a page of ours.
///
/// # Errors
/// The two refusals of this file.
pub fn own_page(cx: &Cx, req: &Req) -> Result<()> {
    let origin = sender(req).ok_or_else(|| Error::from(&MISSING_ORIGIN))?;
    cx.config.accounts.trusts(&origin, &req.url).then_some(()).ok_or_else(|| Error::from(&INVALID_ORIGIN))
}
