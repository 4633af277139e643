//! Redeeming a token: claim it in one batch, then open the file, and give the use back when the file cannot be read.

use super::model::{self, attachment};
use super::sql::{self, TokenRow};
use crate::cx::{Cx, OpenObject};
use crate::db::Batch;
use crate::http::{Body, Error, Reply, Result};
use crate::kit::id::{AuditId, DownloadToken};
use crate::kit::time::Moment;

/// Looks at a token without using it up: what HEAD answers, and what a link scanner may do.
///
/// # Errors
/// The refusals of [`model::REDEEM_REFUSALS`].
pub async fn look(cx: &Cx, token: &DownloadToken) -> Result<Reply> {
    let mut batch = Batch::new();
    let at = batch.add(sql::token(&cx.tenant, &token.digest()));
    let row: Option<TokenRow> = cx.commit(batch).await?.first(at)?;
    let row = row.ok_or_else(|| Error::from(&model::TOKEN_UNKNOWN))?;
    if row.status != "active" || row.expires_at < cx.now() || !row.opens {
        return Err(why_not(&row, cx.now()));
    }
    Ok(dress(Reply::new(200, Body::Empty), &row, None))
}

/// Uses a token up and opens its file.
///
/// # Errors
/// The refusals of [`model::REDEEM_REFUSALS`]; a fault when the file could not be read, and then the token still works.
pub async fn redeem(cx: &Cx, token: &DownloadToken) -> Result<Reply> {
    let (hash, now, redemption) = (token.digest(), cx.now(), cx.fresh_audit());
    let mut batch = Batch::new();
    batch.add(sql::claim_token(&cx.tenant, &hash, now, &redemption));
    batch.add(sql::expire_token(&cx.tenant, &hash, now));
    batch.add(sql::audit_download(&cx.tenant, &hash, &redemption, now));
    let at = batch.add(sql::token(&cx.tenant, &hash));
    let row: Option<TokenRow> = cx.commit(batch).await?.first(at)?;
    let row = row.ok_or_else(|| Error::from(&model::TOKEN_UNKNOWN))?;
    if row.redemption_id.as_deref() != Some(redemption.as_str()) {
        return Err(why_not(&row, now));
    }
    match open(cx, &row).await {
        Ok(object) => {
            let content_type = object.content_type.clone();
            Ok(dress(Reply::object(object), &row, content_type))
        }
        Err(error) => {
            release(cx, &hash, &redemption).await?;
            Err(error)
        }
    }
}

async fn open(cx: &Cx, row: &TokenRow) -> Result<OpenObject> {
    let key = row.object_key.as_ref().ok_or_else(|| Error::unavailable("the asset has no file"))?;
    let found = cx.ports.objects.open(key.open()).await?;
    found.ok_or_else(|| Error::unavailable("the object store has no object for the asset"))
}

async fn release(cx: &Cx, hash: &str, redemption: &AuditId) -> Result<()> {
    let now = cx.now();
    let mut batch = Batch::new();
    batch.add(sql::release_token(&cx.tenant, hash, redemption, now));
    batch.add(sql::audit_release(&cx.tenant, hash, &cx.fresh_audit(), now));
    cx.commit(batch).await?;
    Ok(())
}

fn why_not(row: &TokenRow, now: Moment) -> Error {
    Error::from(match row.status.as_str() {
        "downloaded" => &model::TOKEN_USED,
        _ if row.status == "expired" || row.expires_at < now => &model::TOKEN_EXPIRED,
        _ => &model::ACCESS_CHANGED,
    })
}

/// The headers of a private file.
fn dress(reply: Reply, row: &TokenRow, stored_type: Option<String>) -> Reply {
    let content_type = stored_type.or_else(|| row.content_type.clone());
    reply
        .with("content-type", content_type.unwrap_or_else(|| "application/octet-stream".to_owned()))
        .with("content-disposition", attachment(row.file_name.as_deref().unwrap_or("download")))
        .with("cache-control", "no-store")
        .with("referrer-policy", "no-referrer")
        .with("accept-ranges", "none")
        .with("x-bumpgrade-delivery", row.delivery_mode.clone().unwrap_or_default())
        .with("x-bumpgrade-redaction", "private-r2-keys=false; signed-urls=false; buyer-email=false")
}
