//! Making a download token: one write, and the reason when none was made.

use serde::Serialize;

use super::model::{self, trusted, TOKEN_ISSUE};
use super::sql::{self, Asked, TokenStanding};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::error::Refused;
use crate::http::{Error, Result};
use crate::kit::bounds::DOWNLOAD_TOKEN_LIFE_SECONDS;
use crate::kit::time::Moment;

/// `201` of `POST /api/products/download-tokens`.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema), schemars(rename = "DownloadToken"))]
#[serde(rename_all = "camelCase")]
pub struct Created {
    ok: bool,
    status: &'static str,
    issue: u32,
    /// The bearer. Shown once: only its hash is kept.
    token: String,
    /// Where the token opens its file.
    pub download_url: String,
    /// Until when it can be used.
    expires_at: String,
    asset: Asset,
}

/// The file that a token opens.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Asset {
    asset_id: Option<String>,
    asset_title: Option<String>,
    product_id: String,
    product_title: String,
    file_name: Option<String>,
    content_type: Option<String>,
    delivery_mode: Option<String>,
    r2_backed: bool,
}

/// The body of `POST /api/products/download-tokens`.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenBody {
    /// The checkout; `checkout_intent_id` is understood too.
    pub checkout_intent_id: String,
    /// The entitlement; `entitlement_id` is understood too.
    pub entitlement_id: String,
}

/// Makes a token.
///
/// # Errors
/// The refusals of [`model::TOKEN_REFUSALS`].
pub async fn create(cx: &Cx, intent: &str, entitlement: &str) -> Result<Created> {
    let (row, token, now) = (cx.fresh_token_row(), cx.fresh_token(), cx.now());
    let expires_at = now.plus_seconds(DOWNLOAD_TOKEN_LIFE_SECONDS);
    let asked = Asked { tenant: &cx.tenant, intent, entitlement, row: &row, now };
    let mut batch = Batch::new();
    batch.add(sql::create_token(&asked, &token, expires_at));
    let at = batch.add(sql::token_standing(&asked));
    let standing: TokenStanding =
        cx.commit(batch).await?.first(at)?.ok_or_else(|| Error::from(&model::ENTITLEMENT_NOT_FOUND))?;
    if !standing.created {
        return Err(why_not(&standing, now));
    }
    Ok(Created {
        ok: true,
        status: "private-r2-download-delivery-ready",
        issue: TOKEN_ISSUE,
        token: token.open().to_owned(),
        download_url: format!("/api/products/downloads?token={}", token.open()),
        expires_at: expires_at.iso(),
        asset: Asset {
            r2_backed: standing.asset_id.is_some(),
            asset_id: standing.asset_id,
            asset_title: standing.asset_title,
            product_id: standing.product_id,
            product_title: standing.product_title,
            file_name: standing.file_name,
            content_type: standing.content_type,
            delivery_mode: standing.delivery_mode,
        },
    })
}

fn why_not(standing: &TokenStanding, now: Moment) -> Error {
    let opens = standing.entitlement_status == "active" && trusted(&standing.checkout_status);
    match standing.next_free_at {
        Some(free_at) if opens && standing.asset_id.is_some() => Error::Refused(Box::new(Refused {
            refusal: &model::TOKEN_LIMIT,
            extra: serde_json::Map::new(),
            headers: vec![("retry-after", (free_at.seconds_since(now) + 1).max(1).to_string().into())],
            remark: None,
        })),
        _ => Error::from(&model::NOT_ELIGIBLE),
    }
}
