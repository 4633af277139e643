//! The owner's pages about people: the list, and one person.

use maud::{html, Markup};
use serde_json::Value;

use super::model::{steps_of, Happening, Person, Wanted};
use super::serve::{Ladders, Recorded};
use crate::audience::broadcast::draft::Draft;
use crate::audience::document::figures::{Figures, Reach};
use crate::audience::evidence::{self, writes::NOTE};
use crate::audience::OWNER_PAGE;
use crate::confirm::page::form;
use crate::cx::Cx;
use crate::evidence::page::{ladder, Ladder};
use crate::page::{layout, Frame};

/// What the list shows.
pub struct Desk<'a> {
    /// The people of this page.
    pub people: &'a [Person],
    /// The address of the next page.
    pub next: Option<String>,
    /// Who is wanted.
    pub wanted: &'a Wanted,
    /// The figures.
    pub figures: &'a Figures,
    /// What is set up.
    pub workspaces: &'a [Value],
    /// The drafts of broadcasts.
    pub drafts: &'a [Draft],
    /// The draft whose steps are shown.
    pub draft: Option<&'a Draft>,
    /// The steps towards imports and broadcasts.
    pub steps: Ladders,
    /// What was just recorded.
    pub flash: Markup,
}

/// The parts of the page that are looked for most, in order.
const PLACES: [(&str, &str); 4] = [
    ("people", "People"),
    ("broadcasts", "Broadcasts"),
    ("steps", "Steps of a broadcast"),
    ("imports", "Steps of an import"),
];

/// The list.
pub fn desk(cx: &Cx, view: &Desk<'_>) -> Markup {
    layout(
        &Frame::titled("Audience"),
        html! {
            section.hero {
                p.eyebrow { "Owner" }
                h1 { "Audience" }
                p.lead { "Who joined, what they agreed to, and what is noted about them." }
                (view.flash)
                nav.pages aria-label="On this page" {
                    @for (place, name) in PLACES { a href={ "#" (place) } { (name) } }
                }
                (sums(view.figures))
            }
            (people(view))
            (set_up(view))
            (export(view.figures))
            (drafts(view))
            (steps(cx, view))
        },
    )
}

fn sums(figures: &Figures) -> Markup {
    let sums = [
        ("On the list", figures.people(Reach::ready)),
        ("Waiting to confirm", figures.people(|one| one.status == "pending")),
        ("Left", figures.people(Reach::unsubscribed)),
        ("Addresses held back", figures.active_suppressions()),
    ];
    html! {
        dl.sums { @for (name, sum) in sums { div { dt { (name) } dd { (sum) } } } }
    }
}

fn people(view: &Desk<'_>) -> Markup {
    html! {
        section #people aria-labelledby="people-title" {
            h2 #people-title { "People" }
            (search(view))
            @if view.people.is_empty() {
                p.empty {
                    @if view.wanted.from.is_some() { "Nobody follows. " a href=(OWNER_PAGE) { "Back to the first page" } }
                    @else if view.wanted.everybody() { "Nobody has joined yet. Whoever asks to join shows up here at once." }
                    @else { "Nobody fits. Try fewer letters, or " a href=(OWNER_PAGE) { "show everybody" } "." }
                }
            } @else {
                ul.people { @for person in view.people { (card(person)) } }
                @if view.next.is_some() || view.wanted.from.is_some() {
                    nav.pages aria-label="Pages of the list" {
                        @if view.wanted.from.is_some() { a.button.quiet href=(OWNER_PAGE) { "Newest" } }
                        @if let Some(next) = &view.next { a.button.quiet href=(next) rel="next" { "Older" } }
                    }
                }
            }
        }
    }
}

/// The statuses by the words for them.
const STATUSES: &[(&str, &str)] =
    &[("subscribed", "On the list"), ("pending", "Waiting to confirm"), ("unsubscribed", "Left")];

fn search(view: &Desk<'_>) -> Markup {
    let lists = |name: &str, label: &str| -> Vec<(String, String)> {
        let of = view.workspaces.iter().filter_map(|one| one.get(name)?.as_array());
        let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        of.flatten().map(|one| (text(one, "id"), text(one, label))).collect()
    };
    let statuses = STATUSES.iter().map(|(id, label)| ((*id).to_owned(), (*label).to_owned())).collect();
    html! {
        form.search method="get" action=(OWNER_PAGE) role="search" {
            div.field {
                label for="search" { "Address or name begins with" }
                input id="search" name="search" type="search" value=(view.wanted.search) autocomplete="off"
                    autocapitalize="off" spellcheck="false";
            }
            (select("status", "Standing", statuses, &view.wanted.status))
            (select("segment", "Segment", lists("segments", "title"), &view.wanted.segment))
            (select("tag", "Tag", lists("tags", "label"), &view.wanted.tag))
            button.button type="submit" { "Search" }
        }
    }
}

fn select(name: &str, label: &str, options: Vec<(String, String)>, chosen: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { "All" }
                @for (id, label) in options { option value=(id) selected[id == chosen] { (label) } }
            }
        }
    }
}

fn badge(person: &Person) -> Markup {
    let (class, words) = match (person.status.as_str(), person.is_suppressed) {
        ("subscribed", false) => ("badge good", "On the list"),
        ("subscribed", true) => ("badge test", "Held back"),
        ("pending", _) => ("badge test", "Waiting to confirm"),
        _ => ("badge", "Left"),
    };
    html! { span class=(class) { (words) } }
}

fn card(person: &Person) -> Markup {
    html! {
        li.person {
            div.person-head {
                h3 { a href=(person.page()) { (person.name()) } }
                (badge(person))
            }
            @if person.first_name.is_some() { p.address { (person.email.open()) } }
            (tags(person))
            p.small {
                "Changed " (person.updated_at.for_people())
                @match person.last_consented_at { Some(at) => { " · agreed " (at.day_for_people()) } None => { " · has not agreed yet" } }
                @if person.notes > 0 { " · " (count(person.notes, "note", "notes")) }
            }
        }
    }
}

fn tags(person: &Person) -> Markup {
    let sequences = person.sequences();
    html! {
        @if !person.tags.is_empty() || !sequences.is_empty() {
            ul.marks {
                @for tag in &person.tags { li.badge { (tag) } }
                @for (title, status, _) in &sequences {
                    li.badge { (title) @if status == "unsubscribe_paused" { " (paused)" } }
                }
            }
        }
    }
}

fn count(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn set_up(view: &Desk<'_>) -> Markup {
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |one: &Value, name: &str| one.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    html! {
        section aria-labelledby="set-up-title" {
            h2 #set-up-title { "Segments, tags and letters" }
            @if view.workspaces.is_empty() { p.empty { "Nothing is set up yet." } }
            @for workspace in view.workspaces {
                div.table.narrow tabindex="0" role="group" aria-labelledby="set-up-title" {
                    table {
                        thead { tr { th scope="col" { "What" } th scope="col" { "Means" } th.number scope="col" { "People" } } }
                        tbody {
                            @for segment in list(workspace, "segments") {
                                tr {
                                    th scope="row" { (text(&segment, "title")) span.under { "Segment" } }
                                    td { (text(&segment, "definition")) }
                                    td.number { (view.figures.people(|one| one.segment_id == text(&segment, "id"))) }
                                }
                            }
                            @for tag in list(workspace, "tags") {
                                tr {
                                    th scope="row" { (text(&tag, "label")) span.under { "Tag" } }
                                    td { (text(&tag, "purpose")) }
                                    td.number { (view.figures.total("tag", &text(&tag, "id"), "active")) }
                                }
                            }
                            @for sequence in list(workspace, "sequences") {
                                tr {
                                    th scope="row" { (text(&sequence, "title")) span.under { "Letters" } }
                                    td { (text(&sequence, "trigger")) " " (view.figures.total("sequence", &text(&sequence, "id"), "unsubscribe_paused")) " paused." }
                                    td.number { (view.figures.total("sequence", &text(&sequence, "id"), "draft_enrolled")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn drafts(view: &Desk<'_>) -> Markup {
    let drafts = view.drafts;
    let scoped = drafts.iter().map(|draft| (draft, draft.scope(view.figures)));
    html! {
        section #broadcasts aria-labelledby="drafts-title" {
            h2 #drafts-title { "Broadcasts" }
            @if drafts.is_empty() { p.empty { "No broadcast is planned." } }
            @for (draft, scope) in scoped {
                div.panel {
                    h3 { (draft.title) }
                    p { (draft.audience_scope) }
                    dl.sums {
                        div { dt { "Could be written to" } dd { (scope.ready) } }
                        div { dt { "Left" } dd { (scope.unsubscribed) } }
                        div { dt { "Held back" } dd { (scope.suppressed) } }
                        div { dt { "Did not agree" } dd { (scope.missing_consent) } }
                    }
                    p.small { "Changed " (draft.updated_at.for_people()) ". " (draft.approval_boundary) }
                    a href={ (steps_of(|name| if name == "draftId" { &draft.id } else { "" })) "#steps" } { "Steps of “" (draft.title) "”" }
                }
            }
        }
    }
}

fn export(figures: &Figures) -> Markup {
    html! {
        section aria-labelledby="export-title" {
            h2 #export-title { "Export" }
            p {
                (count(figures.people(Reach::ready), "person", "people"))
                " of " (figures.people(|_| true)) " could be part of an export: confirmed, agreed, and not held back. "
                "No file is made yet."
            }
        }
    }
}

fn steps(cx: &Cx, view: &Desk<'_>) -> Markup {
    let of = |name, kinds, (rungs, expected): &Recorded| ladder(cx, &Ladder { name, kinds, rungs, expected });
    html! {
        section #steps aria-labelledby="steps-title" {
            h2 #steps-title { "Steps of a broadcast" }
            @if let Some(draft) = view.draft {
                p.small.before-list {
                    "The draft “" strong { (draft.title) } "”, step by step. Each step stands on the one before it, and no longer holds when that one is replaced, the draft changes, "
                    "or the number of readers does. No step sends a mail."
                }
                (of("broadcast", &evidence::BROADCASTS, &view.steps.broadcasts))
            } @else {
                p.empty { "There is no draft to take a step for." }
            }
        }
        section #imports aria-labelledby="imports-title" {
            h2 #imports-title { "Steps of an import" }
            p.small.before-list { "Counts only. Nobody is imported, and whoever left the list stays off it." }
            (of("import", &evidence::IMPORTS, &view.steps.imports))
        }
    }
}

/// What the page of a person shows.
pub struct Profile<'a> {
    /// The person.
    pub person: &'a Person,
    /// What happened, the latest first.
    pub story: &'a [Happening],
    /// What was just recorded.
    pub flash: Markup,
}

/// The page of a person.
pub fn profile(cx: &Cx, view: &Profile<'_>) -> Markup {
    let person = view.person;
    let given = [("subscriberId", person.id.clone()), ("expectedSubscriberStatus", person.status.clone())];
    html! {
        (layout(&Frame::titled("A person on the list"), html! {
            section.hero {
                p.eyebrow { a href=(OWNER_PAGE) { "Audience" } }
                h1.long { (person.name()) }
                p { (badge(person)) }
                (view.flash)
                (facts(person))
                (tags(person))
            }
            section aria-labelledby="story-title" {
                h2 #story-title { "What happened" }
                p.small.before-list { (count(person.notes, "note", "notes")) ". Latest first." }
                ol.story { @for happening in view.story { (happened(happening)) } }
            }
            section.panel aria-labelledby="note-title" {
                h2 #note-title { "Write a note" }
                p {
                    "Owners see it here. This person gets it too, in a copy of their data, and can have it erased with everything "
                    "else."
                }
                (form(cx, &NOTE, &given, "Keep the note"))
            }
        }))
    }
}

fn facts(person: &Person) -> Markup {
    let at = |at: Option<crate::kit::time::Moment>| at.map_or_else(|| "not yet".to_owned(), |at| at.for_people());
    html! {
        dl.why {
            div { dt { "Address" } dd { (person.email.open()) } }
            div { dt { "Came by" } dd { (person.form_title) } }
            div { dt { "Segment" } dd { (person.segment_title.as_deref().unwrap_or("none")) } }
            div { dt { "First asked" } dd { (person.created_at.for_people()) } }
            div { dt { "Confirmed" } dd { (at(person.confirmed_at)) } }
            div { dt { "Agreed" } dd { (count(person.consents, "time", "times")) ", last " (at(person.last_consented_at)) } }
            @for (title, status, next) in person.sequences() {
                div {
                    dt { "Letters" }
                    dd { (title) ": " @if status == "unsubscribe_paused" { "paused" } @else if next.is_empty() { "noted" } @else { "next is “" (next) "”" } }
                }
            }
        }
    }
}

fn happened(it: &Happening) -> Markup {
    let title = match (it.kind.as_str(), it.status.as_str()) {
        ("consent", "consented") => "Agreed to",
        ("consent", "asked") => "Asked to join",
        ("consent", "requested") => "Asked to join; not confirmed",
        ("consent", _) => "Asked to join; left before confirming",
        ("tag", "active") => "Got a tag",
        ("tag", _) => "Lost a tag",
        ("sequence", "paused") => "Letters paused",
        ("sequence", "anew") => "Letters begin anew",
        ("sequence", _) => "Noted for letters",
        ("suppression", "left") => "Left the list",
        ("suppression", "again") => "Left the list again",
        ("suppression", _) => "Came back after leaving",
        _ => "Note",
    };
    // Coming back looks like joining.
    let like = if it.status == "back" { "consent" } else { &it.kind };
    html! {
        li class={ "of-" (like) } {
            p.when { (it.at.for_people()) }
            p { strong { (title) } @if !it.text.is_empty() { span.says { (it.text) } } }
        }
    }
}
