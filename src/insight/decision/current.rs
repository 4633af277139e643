//! What a decision would be about now, in each time window.

use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::sql;
use crate::cx::Cx;
use crate::db::{At, Batch, Rows};
use crate::evidence::{Evidence, For};
use crate::http::Result;
use crate::insight::notification::current::{window as in_words, SAMPLE_SIZE_CAVEAT};
use crate::insight::report::flags::TOTALS;
use crate::kit::json;
use crate::kit::time::Moment;

/// The experiment in a window.
#[derive(Clone, Debug, Deserialize)]
pub struct Window {
    /// Its key.
    pub world: String,
    dashboard: Option<String>,
    dashboard_title: Option<String>,
    revision: Option<String>,
    dashboard_status: Option<String>,
    experiment: Option<String>,
    title: Option<String>,
    status: Option<String>,
    source_route: Option<String>,
    metric: Option<String>,
    assignments: i64,
    variant_counts: String,
    variants: String,
    sample: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Variant {
    variant_id: String,
    label: String,
    weight: i64,
    last_assigned_at: Option<Moment>,
}

/// Asks for the experiment in every window: one statement.
pub fn ask(cx: &Cx, batch: &mut Batch) -> Vec<At> {
    vec![batch.add(sql::windows(&cx.tenant, cx.now()))]
}

/// The family's part of the summary.
///
/// # Errors
/// A fault when a row does not decode.
pub fn more(_: &'static Evidence, rows: &Rows, at: &[At], _: For) -> Result<Map<String, Value>> {
    let [windows] = at else { return Ok(Map::new()) };
    let windows: Vec<Window> = rows.all(*windows)?;
    let first = windows.first();
    let variants = first.map(variants_of).transpose()?.unwrap_or_default();
    let variant = |it: &Variant| json!({ "id": it.variant_id, "label": it.label, "weight": it.weight });
    let dashboard = first.map(|it| {
        json!({ "id": it.dashboard, "title": it.dashboard_title, "revisionId": it.revision, "status": it.dashboard_status })
    });
    let experiment = first.map(|it| {
        json!({
            "id": it.experiment, "title": it.title, "status": it.status, "primaryMetricId": it.metric,
            "variants": variants.iter().map(variant).collect::<Vec<_>>(),
        })
    });
    let windows: Vec<Value> = windows.iter().map(entry).collect::<Result<_>>()?;
    let parts = [
        ("dashboard", dashboard.unwrap_or_default()),
        ("experiment", experiment.unwrap_or_default()),
        ("currentEvidenceByWindow", windows.into()),
    ];
    Ok(parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A variant as an owner chooses it.
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// Visitors who were given it in the window.
    pub visitors: i64,
}

impl Window {
    /// The variants, in the order of the experiment.
    ///
    /// # Errors
    /// A fault when what the database says is not JSON.
    pub fn choices(&self) -> Result<Vec<Choice>> {
        let counts: Map<String, Value> = serde_json::from_str(&self.variant_counts)?;
        let visitors = |id: &str| counts.get(id).and_then(Value::as_i64).unwrap_or_default();
        let of = |it: Variant| Choice { visitors: visitors(&it.variant_id), id: it.variant_id, label: it.label };
        Ok(variants_of(self)?.into_iter().map(of).collect())
    }
}

fn variants_of(window: &Window) -> Result<Vec<Variant>> {
    Ok(json::read(&window.variants)?)
}

fn entry(window: &Window) -> Result<Value> {
    let counts: Map<String, Value> = serde_json::from_str(&window.variant_counts)?;
    let count = |it: &Variant| {
        json!({
            "variantId": it.variant_id, "label": it.label,
            "totalAssignments": counts.get(&it.variant_id), "lastAssignedAt": it.last_assigned_at,
        })
    };
    let entry = json!({
        "timeWindow": in_words(&window.world)?, "experimentId": window.experiment, "sourceRoute": window.source_route,
        "assignmentCount": window.assignments,
        "variantCounts": variants_of(window)?.iter().map(count).collect::<Vec<_>>(),
        "primaryMetricId": window.metric, "conversionSampleSize": window.sample,
        "conversionReportMode": if window.sample.is_some_and(|sample| sample > 0) { "captured_events" } else { "nothing_captured" },
        "sampleSizeCaveat": SAMPLE_SIZE_CAVEAT,
    });
    let text = entry.to_string();
    let flags = TOTALS.iter().map(|flag| (flag.name.to_owned(), (flag.holds)(&text).into()));
    Ok(entry.as_object().cloned().into_iter().flatten().chain(flags).collect::<Map<_, _>>().into())
}
