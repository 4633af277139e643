//! Uploads that were never finished: given up first, and removed when no request can still be putting their object.

use super::sql::{self, GivenUp};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::Result;
use crate::kit::bounds::UPLOAD_UNFINISHED_SECONDS;

/// Sweeps once; returns how many objects were removed. A run that fails is done again by the next.
///
/// # Errors
/// A fault when the database or the object store does not answer.
pub async fn run(cx: &Cx) -> Result<usize> {
    let now = cx.now();
    let before = now.plus_seconds(-UPLOAD_UNFINISHED_SECONDS);
    let mut batch = Batch::new();
    batch.add(sql::abandon(now, before));
    let at = batch.add(sql::given_up(before));
    let rows: Vec<GivenUp> = cx.commit(batch).await?.all(at)?;
    if rows.is_empty() {
        return Ok(0);
    }
    let keys = rows.iter().map(|row| row.r2_object_key.open().clone()).collect();
    cx.ports.objects.delete(keys).await?;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut batch = Batch::new();
    batch.add(sql::removed(now, &ids));
    cx.commit(batch).await?;
    Ok(rows.len())
}
