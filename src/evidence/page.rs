//! The ladder on the owner's page: what is written down, what no longer holds and why, and the form of what comes next.

use maud::{html, Markup};
use serde_json::{Map, Value};

use super::model::{Evidence, Rung};
use crate::confirm::page::form;
use crate::cx::Cx;

/// A ladder to be shown.
pub struct Ladder<'a> {
    /// What the ids on the page begin with, such as `payout`.
    pub name: &'a str,
    /// The kinds, lowest first.
    pub kinds: &'a [&'static Evidence],
    /// Their latest records.
    pub rungs: &'a [Rung],
    /// What a request of each kind must say now, in the same order.
    pub expected: &'a [Map<String, Value>],
}

/// How a rung stands.
enum Standing<'a> {
    /// Nobody wrote one, and somebody could.
    Next,
    /// Nobody wrote one, and something below is missing.
    Waits,
    /// Written down, with what keeps it from holding.
    Kept(&'a Rung, Option<&'static str>),
}

impl Ladder<'_> {
    fn rung(&self, kind: &Evidence) -> Option<&Rung> {
        self.rungs.iter().find(|rung| rung.kind == kind.write.kind)
    }

    /// True when a record of this kind can be written down now.
    fn open(&self, kind: &Evidence) -> bool {
        kind.below.is_none_or(|below| self.rung(below).is_some_and(|rung| rung.holds))
    }

    fn standing(&self, kind: &Evidence) -> Standing<'_> {
        match self.rung(kind).filter(|rung| rung.id.is_some()) {
            None if self.open(kind) => Standing::Next,
            None => Standing::Waits,
            Some(rung) => Standing::Kept(rung, problem(rung, self.open(kind))),
        }
    }
}

/// It is written down, and waits for somebody to say that it is ready.
const NOT_READY: &str = "What it says does not open the next step.";

/// What keeps a record from holding; `stands` when everything below it does.
fn problem(rung: &Rung, stands: bool) -> Option<&'static str> {
    match (rung.fresh, rung.linked, stands, rung.opens) {
        (false, ..) => Some("What it says has changed since."),
        (_, false, ..) => Some("It stands on a record that was replaced."),
        (_, _, false, _) => Some("A step below it no longer holds."),
        (.., false) => Some(NOT_READY),
        _ => None,
    }
}

/// The ladder.
pub fn ladder(cx: &Cx, view: &Ladder<'_>) -> Markup {
    html! {
        ol.ladder {
            @for (index, kind) in view.kinds.iter().enumerate() {
                @let id = format!("{}-{index}", view.name);
                li.rung aria-labelledby=(id) {
                    div.rung-head {
                        h3 id=(id) { (kind.title) }
                        (badge(&view.standing(kind)))
                    }
                    (about(kind, &view.standing(kind)))
                    @if view.open(kind) { (next(cx, view, index, kind)) }
                }
            }
        }
    }
}

fn badge(standing: &Standing<'_>) -> Markup {
    let (class, words) = match standing {
        Standing::Next => ("badge test", "Comes next"),
        Standing::Waits => ("badge", "Waits"),
        Standing::Kept(_, None) => ("badge good", "Written down"),
        Standing::Kept(_, Some(NOT_READY)) => ("badge test", "Written down, not ready"),
        Standing::Kept(_, Some(_)) => ("badge bad", "No longer holds"),
    };
    html! { span class=(class) { (words) } }
}

fn about(kind: &Evidence, standing: &Standing<'_>) -> Markup {
    html! {
        @match standing {
            Standing::Next => p.small { (kind.boundary) },
            Standing::Waits => p.small {
                "Nothing is written down yet. The step before it has to hold first"
                @if let Some(below) = kind.below { ": " (below.title) }
                "."
            },
            Standing::Kept(rung, problem) => {
                p.small {
                    @if let Some(at) = rung.created_at { (at.for_people()) }
                    @if let Some(word) = rung.fields_json.as_deref().and_then(|fields| kind.said(fields)) { ": " (word.replace('_', " ")) }
                    ". "
                    @if let Some(problem) = problem { strong { (problem) } }
                }
            }
        }
    }
}

fn next(cx: &Cx, view: &Ladder<'_>, index: usize, kind: &'static Evidence) -> Markup {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let known = view.expected.get(index).into_iter().flatten().filter(|(_, value)| !value.is_null());
    let names = kind.fields().map(|field| field.name);
    let given: Vec<(&str, String)> = names
        .filter_map(|name| known.clone().find(|(key, _)| *key == name).map(|(_, value)| (name, text(value))))
        .collect();
    let comes = matches!(view.standing(kind), Standing::Next);
    html! {
        details.decide.ahead open[comes] {
            summary {
                @if comes { "Write down: " } @else { "Write down again: " }
                (kind.title)
            }
            (form(cx, kind.write, &given, "Write it down"))
        }
    }
}
