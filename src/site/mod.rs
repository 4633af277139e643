//! What every site has: a health check.

use serde::{Deserialize, Serialize};

use crate::cx::Cx;
use crate::db::Batch;
use crate::http::route::{About, Media};
use crate::http::{Error, Refusal, Reply, Req, Result, Route, Shape, Verb};
use crate::{open, queries, schema, stmt};

/// `GET /healthz`.
#[derive(Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
struct Health {
    /// True when the database answers and its migrations are applied.
    ok: bool,
    /// The version that answers.
    version: &'static str,
}

/// The database has no shop to show.
pub const NO_SHOP: Refusal = Refusal::new(503, "shop_not_set_up", "The database holds no shop yet.");

#[derive(Deserialize)]
struct Shop {
    status: String,
}

queries! {
    /// The shop's own row, and a touch of the newest table, so that a database without its migrations is not healthy.
    READY = "
        SELECT status, EXISTS (SELECT 1 FROM product_download_tokens) AS touched FROM tenants WHERE id = ?1";
}

/// The routes of this feature.
pub static ROUTES: &[Route] = &[Route {
    verb: Verb::Get,
    path: "/healthz",
    gate: open!(health),
    shape: Shape::Code,
    about: About {
        id: "health",
        summary: "Says whether the shop is ready.",
        query: &[],
        takes: None,
        answers: &[(200, Media::Json(schema!(Health)))],
        refusals: &[&NO_SHOP],
    },
}];

async fn health(cx: &Cx, _req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    let at = batch.add(stmt!(READY, &cx.tenant));
    let shop: Option<Shop> = cx.commit(batch).await?.first(at)?;
    if shop.is_none_or(|shop| shop.status != "active") {
        return Err(Error::from(&NO_SHOP));
    }
    Reply::json(200, &Health { ok: true, version: env!("CARGO_PKG_VERSION") })
}
