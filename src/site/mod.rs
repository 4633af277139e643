//! What every site has: a health check.

use serde::Serialize;

use crate::cx::Cx;
use crate::db::Batch;
use crate::http::route::{About, Media};
use crate::http::{Reply, Req, Result, Route, Shape, Verb};
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

queries! {
    /// Touches the newest tables, so a database without its migrations is not healthy.
    READY = "SELECT (SELECT COUNT(*) FROM tenants WHERE id = ?1) + EXISTS (SELECT 1 FROM product_download_tokens) AS n";
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
        refusals: &[],
    },
}];

async fn health(cx: &Cx, _req: &Req) -> Result<Reply> {
    let mut batch = Batch::new();
    batch.add(stmt!(READY, &cx.tenant));
    cx.commit(batch).await?;
    Reply::json(200, &Health { ok: true, version: env!("CARGO_PKG_VERSION") })
}
