//! Decisions about experiments, by their address and on the owner's page.

use bumpgrade::evidence::Evidence;
use bumpgrade::insight::decision;
use serde_json::{json, Value};

use crate::laws::evidence::request;
use crate::shop::{Seen, Shop};

fn send(shop: &Shop, kind: &Evidence, body: &Value, key: &str) -> Seen {
    let mut body = body.clone();
    body["confirmationText"] = json!(kind.write.phrase);
    body["idempotencyKey"] = json!(key);
    shop.post_as(&shop.owner(), kind.write.path, &body)
}

fn records(shop: &Shop) -> i64 {
    shop.count("SELECT COUNT(*) FROM evidence_records")
}

#[test]
fn a_decision_names_its_figures_and_a_variant_only_when_it_prefers_one() {
    let shop = Shop::new();
    let kind = &decision::EVIDENCE;
    let body = request(&shop, kind, "");
    assert_eq!(body["expectedConversionSampleSize"], 0, "example figures are not counted");
    let without = |field: &str| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().remove(field);
        body
    };
    let with = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    let prefers = |body: Value| {
        let mut body = body;
        body["decisionKind"] = json!("prefer_variant");
        body
    };
    let counts = body["expectedVariantCounts"].clone();
    let [mut more, mut fewer, mut higher] = [counts.clone(), counts.clone(), counts.clone()];
    more["variant-unheard-of"] = json!(7);
    fewer.as_object_mut().unwrap().remove("variant-opt-in-speed-first");
    higher["variant-opt-in-speed-first"] = json!(1);
    for (body, status, code) in [
        (with("decisionKind", json!("route_everybody")), 400, "unsupported_decision_kind"),
        (without("decisionKind"), 400, "unsupported_decision_kind"),
        (prefers(without("selectedVariantId")), 400, "selected_variant_required"),
        (prefers(with("selectedVariantId", json!("variant-unheard-of"))), 400, "unsupported_variant"),
        (with("experimentId", json!("experiment-unheard-of")), 404, "experiment_not_found"),
        (with("dashboardId", json!("dashboard-unheard-of")), 404, "dashboard_not_found"),
        (with("expectedVariantCounts", fewer), 400, "invalid_request"),
        (with("expectedVariantCounts", json!({})), 400, "invalid_request"),
        (with("expectedVariantCounts", higher), 409, "stale_analytics_evidence"),
        (with("expectedAssignmentCount", json!(3)), 409, "stale_analytics_evidence"),
        (with("expectedPrimaryMetricId", json!("metric-gross-revenue")), 409, "stale_analytics_evidence"),
    ] {
        let seen = send(&shop, kind, &body, "a-bad-decision");
        assert_eq!((seen.status, seen.code().as_str()), (status, code), "{}", seen.text);
    }
    assert_eq!(records(&shop), 0);
    let watching = send(&shop, kind, &with("expectedVariantCounts", more), "going-on-1").json();
    assert_eq!(watching["decision"]["selectedVariantId"], Value::Null, "{watching}");
    assert_eq!(watching["decision"]["expectedVariantCounts"], counts, "only what the experiment has is kept");
    let preferring = send(&shop, kind, &prefers(body.clone()), "preferring-1").json();
    assert_eq!(preferring["decision"]["selectedVariantLabel"], "Outcome first");
    let counts = shop.get_as(&shop.owner(), kind.write.path).json()["contract"]["counts"].clone();
    assert_eq!(
        [&counts["experimentDecisions"], &counts["preferVariantDecisions"], &counts["pauseExperimentDecisions"]],
        [&json!(2), &json!(1), &json!(0)]
    );
    let chosen = "SELECT COUNT(*) FROM analytics_experiment_decisions WHERE selected_variant_id IS NULL";
    assert_eq!(shop.count(chosen), 1);
}

#[test]
fn a_variant_is_chosen_by_its_name() {
    let shop = Shop::new();
    let page = shop.get_as(&shop.owner(), "/admin/analytics").text;
    let (_, form) = page.split_once("action=\"/api/admin/analytics/experiment-decisions\"").unwrap();
    let (_, select) = form.split_once("name=\"selectedVariantId\">").unwrap();
    let (options, _) = select.split_once("</select>").unwrap();
    assert!(options.starts_with("<option value=\"\">None</option>"), "{options}");
    assert!(options.contains("<option value=\"variant-opt-in-speed-first\">Speed first</option>"), "{options}");
    assert!(page.contains("<th scope=\"row\">Speed first</th>"));
}

#[test]
fn without_a_row_that_measures_it_nothing_is_decided() {
    let shop = Shop::new();
    shop.run_sql("UPDATE analytics_conversion_metrics SET primary_metric_id = ''");
    let mut body = request(&shop, &decision::EVIDENCE, "");
    body["expectedConversionSampleSize"] = json!(0);
    let seen = send(&shop, &decision::EVIDENCE, &body, "not-measured-1");
    assert_eq!((seen.status, seen.code().as_str()), (409, "stale_analytics_evidence"));
}
