//! The owner's page about figures.

use maud::{html, Markup};
use serde_json::{Map, Value};

use crate::confirm::page::form_offering;
use crate::cx::Cx;
use crate::evidence::page::{ladder, Ladder};
use crate::evidence::{Evidence, Kept, Rung};
use crate::insight::decision;
use crate::insight::decision::current::Choice;
use crate::insight::notification::{self, parts};
use crate::page::{layout, Frame};

/// Records that the page shows.
const RECORDS_MAX: usize = 12;

/// What the page shows.
pub struct Desk<'a> {
    /// The window that is looked at.
    pub window: &'static str,
    /// All windows.
    pub windows: &'a [&'static str],
    /// The ladder in that window.
    pub rungs: &'a [Rung],
    /// What a request of each stage must say now.
    pub expected: &'a [Map<String, Value>],
    /// What a decision must say now.
    pub decision: &'a Map<String, Value>,
    /// The variants of the experiment in that window.
    pub variants: &'a [Choice],
    /// All kinds.
    pub kinds: &'a [&'static Evidence],
    /// The newest records of all kinds, newest first.
    pub latest: &'a [Kept],
    /// What was just written down.
    pub flash: Markup,
}

/// A window in words.
fn in_words(window: &str) -> &'static str {
    match window {
        "24h" => "24 hours",
        "7d" => "7 days",
        "30d" => "30 days",
        _ => "All time",
    }
}

/// The page.
pub fn desk(cx: &Cx, view: &Desk<'_>) -> Markup {
    layout(
        &Frame::titled("Figures"),
        html! {
            section.hero {
                p.eyebrow { "Owner" }
                h1 { "Figures" }
                p.lead { "What you looked at, and what you decided on it. Nothing here sends, routes or changes anything." }
                (view.flash)
                nav.windows aria-label="Time window" {
                    @for window in view.windows {
                        a href={ (parts::PAGE) "?window=" (window) } aria-current=[(*window == view.window).then_some("page")] {
                            (in_words(window))
                        }
                    }
                }
            }
            section aria-labelledby="decision-title" {
                h2 #decision-title { "The experiment" }
                (experiment(cx, view))
            }
            section aria-labelledby="stages-title" {
                h2 #stages-title { "Before anybody is told of a fallen rate" }
                p.small.before-list {
                    "Fifteen steps. The first writes down what was counted. Each of the others stands on the one before it, and no \
                    longer holds when that one is replaced or the dashboard changes."
                }
                (ladder(cx, &Ladder {
                    name: "stage", kinds: &notification::ALL, rungs: view.rungs, expected: view.expected,
                }))
            }
            section aria-labelledby="records-title" {
                h2 #records-title { "Written down last" }
                (records(view))
            }
        },
    )
}

/// The live counts of the experiment, and the form of a decision on them.
fn experiment(cx: &Cx, view: &Desk<'_>) -> Markup {
    let known = |name: &str| view.decision.get(name).filter(|value| !value.is_null());
    let number = |name: &str| known(name).and_then(Value::as_i64).unwrap_or_default();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // The decision and the variant are the owner's to say.
    let names = decision::EVIDENCE.fields().map(|field| field.name).filter(|name| *name != "selectedVariantId");
    let given: Vec<(&str, String)> = names.filter_map(|name| Some((name, text(known(name)?)))).collect();
    let variants: Vec<(&str, &str)> = view.variants.iter().map(|it| (it.id.as_str(), it.label.as_str())).collect();
    html! {
        @if known("experimentId").is_none() {
            p.empty { "There is no experiment yet." }
        } @else {
            p.small.before-list { (in_words(view.window)) ": " (number("expectedAssignmentCount")) " visitors took part; "
                (number("expectedConversionSampleSize")) " visitors and conversions were counted. Few of them say little." }
            @if !variants.is_empty() {
                div.table.narrow tabindex="0" role="group" aria-labelledby="decision-title" {
                    table {
                        thead { tr { th scope="col" { "Variant" } th.number scope="col" { "Visitors" } } }
                        tbody {
                            @for it in view.variants {
                                tr { th scope="row" { (it.label) } td.number { (it.visitors) } }
                            }
                        }
                    }
                }
            }
            details.decide {
                summary { "Write down a decision" }
                (form_offering(cx, &decision::WRITE, &given, &[("selectedVariantId", &variants)], "Write it down"))
            }
        }
    }
}

fn records(view: &Desk<'_>) -> Markup {
    let kind = |kept: &Kept| view.kinds.iter().find(|kind| kind.write.kind == kept.kind).copied();
    html! {
        @if view.latest.is_empty() {
            p.empty { "Nothing is written down yet." }
        } @else {
            div.table tabindex="0" role="group" aria-labelledby="records-title" {
                table {
                    thead { tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "It says" } } }
                    tbody {
                        @for kept in view.latest.iter().take(RECORDS_MAX) {
                            @if let Some(kind) = kind(kept) {
                                tr {
                                    th scope="row" { (kept.created_at.0.for_people()) }
                                    td { (kind.title) }
                                    td { (kind.said(&kept.fields_json).unwrap_or_default().replace('_', " ")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
