//! The handlers of the document and of the owner's page.

use serde::Serialize;
use serde_json::{Map, Value};

use super::sections;
use super::sql::{self, EntitlementRow, PlaceRow, UploadedRow};
use super::{catalog, document, page, revocation};
use crate::cx::Cx;
use crate::db::Batch;
use crate::http::gate::Owner;
use crate::http::{Reply, Req, Result};

/// `GET /products/source-data`.
pub async fn document(cx: &Cx, req: &Req) -> Result<Reply> {
    Reply::document(req, &document::read(cx).await?)
}

/// What `GET` says about uploads.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn describe_uploads(cx: &Cx) -> Result<Map<String, Value>> {
    let mut batch = Batch::new();
    let uploads = batch.add(sql::uploads(&cx.tenant));
    let catalogs = batch.add(sql::catalogs(&cx.tenant));
    let rows = cx.commit(batch).await?;
    let catalog: Option<catalog::CatalogRow> = rows.first(catalogs)?;
    contract(&sections::uploads(rows.one(uploads)?, catalog.map(|catalog| catalog.revision_id)))
}

/// What `GET` says about intents to end access.
///
/// # Errors
/// A fault when the database does not answer.
pub async fn describe_revocations(cx: &Cx) -> Result<Map<String, Value>> {
    let mut batch = Batch::new();
    let places = revocation::read_all(cx, &mut batch);
    let rows = cx.commit(batch).await?;
    contract(&revocation::summary(&rows, &places)?)
}

fn contract<T: Serialize>(section: &T) -> Result<Map<String, Value>> {
    Ok(Map::from_iter([("contract".to_owned(), serde_json::to_value(section)?)]))
}

/// `GET /admin/products`.
pub async fn owner_page(cx: &Cx, owner: &Owner, req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let entitlements = batch.add(sql::newest_entitlements(&cx.tenant));
    let places = batch.add(sql::file_places(&cx.tenant));
    let uploads = batch.add(sql::newest_uploads(&cx.tenant));
    let intents = revocation::read_all(cx, &mut batch);
    let rows = cx.commit(batch).await?;
    let entitlements: Vec<EntitlementRow> = rows.all(entitlements)?;
    let places: Vec<PlaceRow> = rows.all(places)?;
    let uploads: Vec<UploadedRow> = rows.all(uploads)?;
    let chosen = req.query(&["entitlement"]);
    let (product, asset) = (req.query(&["product"]), req.query(&["asset"]));
    let view = page::OwnerView {
        owner: &owner.name,
        chosen: chosen.as_deref().and_then(|id| entitlements.iter().find(|row| row.id == id)),
        place: places.iter().find(|row| {
            product.as_deref() == Some(row.product_id.as_str()) && asset.as_deref() == Some(row.asset_id.as_str())
        }),
        entitlements: &entitlements,
        places: &places,
        uploads: &uploads,
        intents: &revocation::summary(&rows, &intents)?.section.records,
    };
    Ok(Reply::page(200, page::owner(cx, req, &view)))
}
