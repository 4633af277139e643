//! A dashboard in plain words and pictures. Each picture has its figures beside it as text.

use maud::{html, Markup};

use super::model::{interval, Rate, Totals, Window, WINDOWS};
use super::rows::{Dashboard, Metric, Source, Variant};
use crate::kit::time::Moment;
use crate::page::{chart, layout, Frame};

/// What the page shows.
pub struct View<'a> {
    /// The dashboard.
    pub dashboard: &'a Dashboard,
    /// The window.
    pub window: &'a Window,
    /// What was counted.
    pub totals: &'a Totals,
    /// Visitors of each of the last days, and those who went on.
    pub days: &'a [(Moment, (i64, i64))],
}

impl<'a> View<'a> {
    fn metrics(&self) -> Vec<&'a Metric> {
        self.totals.report_of(&self.dashboard.id).collect()
    }

    fn variants(&self) -> Vec<&'a Variant> {
        self.totals.variants.iter().filter(|one| one.dashboard_id == self.dashboard.id).collect()
    }
}

/// The page.
pub fn dashboard(view: &View<'_>) -> Markup {
    let View { dashboard, window, .. } = view;
    let metrics = view.metrics();
    let frame = Frame { description: Some(&dashboard.summary), ..Frame::titled(&dashboard.title) };
    layout(
        &frame,
        html! {
            section.hero {
                p.eyebrow { "Figures" }
                @if dashboard.status == "draft" { p.badge.test { "In preparation" } }
                h1 { (dashboard.title) }
                p.lead { (dashboard.summary) }
                (windows(dashboard, window))
            }
            section aria-labelledby="funnel-title" {
                h2 #funnel-title { "From looking to paying" }
                @if metrics.is_empty() { p.empty { "Nothing is measured here yet." } }
                @else { (funnel(&metrics)) }
            }
            (days(view, metrics.first().copied()))
            (sources(&view.totals.sources))
            (variants(&view.variants()))
            section aria-labelledby="counted-title" {
                h2 #counted-title { "How this is counted" }
                p { (dashboard.caveat) }
                p.small {
                    "Only different visitors count, and only totals are shown. " (window.description) " Times are UTC. "
                    a href={ "/analytics/source-data?window=" (window.key) } { "The same for programs" }
                }
            }
        },
    )
}

fn windows(dashboard: &Dashboard, selected: &Window) -> Markup {
    html! {
        nav.windows aria-label="Window of time" {
            @for window in WINDOWS {
                a href={ "/analytics/" (dashboard.slug) "?window=" (window.key) }
                    aria-current=[(window.key == selected.key).then_some("page")] { (window.label) }
            }
        }
    }
}

fn percent(rate: Option<Rate>) -> String {
    rate.map_or_else(|| "–".to_owned(), Rate::for_people)
}

/// A number for people: `12 345`.
fn number(value: i64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

fn funnel(metrics: &[&Metric]) -> Markup {
    let most = metrics.iter().map(|metric| metric.visitors.max(metric.conversions)).max().unwrap_or(0);
    html! {
        ol.funnel {
            @for metric in metrics {
                li.figure {
                    div.figure-head {
                        h3 { (metric.label) }
                        p.big { (percent(metric.rate())) }
                    }
                    (chart::bar("behind", metric.visitors, most))
                    (chart::bar("front", metric.conversions, most))
                    p.small {
                        strong { (number(metric.visitors)) } " looked, "
                        strong { (number(metric.conversions)) } " went on"
                        @if metric.rate().is_none() && metric.sample() > 0 { ". More went on than were seen looking, so there is no rate" }
                        "."
                        @if metric.sample() == 0 {
                            " An example of what this may look like: " (number(metric.fixture_visitors)) " looked, "
                            (number(metric.fixture_conversions)) " went on ("
                            (percent(Rate::of(metric.fixture_conversions, metric.fixture_visitors))) ")."
                        }
                    }
                }
            }
        }
    }
}

fn days(view: &View<'_>, metric: Option<&Metric>) -> Markup {
    let figures: Vec<(i64, i64)> = view.days.iter().map(|(_, figures)| *figures).collect();
    let empty = figures.iter().all(|figures| *figures == (0, 0));
    let ends = (view.days.first(), view.days.last());
    html! {
        section aria-labelledby="days-title" {
            h2 #days-title { "Day by day" }
            @if let (Some(metric), false) = (metric, empty) {
                figure.figure {
                    figcaption { (metric.label) ", the last " (view.days.len()) " days: "
                        span.key.behind { "looked" } " and " span.key.front { "went on" }
                    }
                    (chart::columns(&figures))
                    @if let (Some((first, _)), Some((last, _))) = ends {
                        p.axis { span { (first.day_for_people()) } span { (last.day_for_people()) } }
                    }
                    details {
                        summary { "The figures of each day" }
                        div.table.narrow tabindex="0" role="group" aria-labelledby="days-title" {
                            table {
                                thead { tr { th scope="col" { "Day" } th scope="col" { "Looked" } th scope="col" { "Went on" } th scope="col" { "Rate" } } }
                                tbody {
                                    @for (day, (visitors, conversions)) in view.days.iter().rev().filter(|(_, figures)| *figures != (0, 0)) {
                                        tr {
                                            th scope="row" { (day.day_for_people()) }
                                            td { (number(*visitors)) }
                                            td { (number(*conversions)) }
                                            td { (percent(Rate::of(*conversions, *visitors))) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            } @else {
                p.empty { "Nobody has come by in the last " (view.days.len()) " days." }
            }
        }
    }
}

/// What a source is called.
fn name(source: &Source) -> String {
    if source.utm_source == "(other)" {
        return "Other sources, each with a few visitors".to_owned();
    }
    let parts = [&source.utm_source, &source.utm_medium, &source.utm_campaign, &source.utm_content, &source.utm_term];
    let named: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    match (named.is_empty(), source.referrer_host.is_empty()) {
        (true, _) => source.referrer_host.clone(),
        (_, true) => named.join(" · "),
        _ => format!("{} · {}", named.join(" · "), source.referrer_host),
    }
}

/// Sources that are seen without opening the rest.
const SOURCES_OPEN: usize = 8;

fn sources(sources: &[Source]) -> Markup {
    let most = sources.iter().map(|source| source.total_events).max().unwrap_or(0);
    let (first, more) = sources.split_at(sources.len().min(SOURCES_OPEN));
    html! {
        section aria-labelledby="sources-title" {
            h2 #sources-title { "Where they come from" }
            @if sources.is_empty() {
                p.empty { "No source has brought enough visitors to be named." }
            } @else {
                (rows(first, most))
                @if !more.is_empty() {
                    details.sources-more { summary { "Show " (more.len()) " more" } (rows(more, most)) }
                }
                p.small.after-table { "A source is named once five different visitors came by it." }
            }
        }
    }
}

fn rows(sources: &[Source], most: i64) -> Markup {
    html! {
        ul.sources {
            @for source in sources {
                li.figure {
                    div.figure-head {
                        p { strong { (name(source)) } " " span.small { (source.source_route) } }
                        p { (number(source.total_events)) span.hidden { " visits" } }
                    }
                    (chart::bar("front", source.total_events, most))
                }
            }
        }
    }
}

fn variants(variants: &[&Variant]) -> Markup {
    let mut titles: Vec<(&str, &str)> =
        variants.iter().map(|one| (one.experiment_id.as_str(), one.experiment.as_str())).collect();
    titles.dedup();
    html! {
        section aria-labelledby="variants-title" {
            h2 #variants-title { "What is being tried" }
            @if variants.is_empty() { p.empty { "Nothing is being tried at the moment." } }
            @for (id, title) in titles {
                h3.group { (title) }
                (compared(variants.iter().filter(|one| one.experiment_id == id).copied()))
            }
        }
    }
}

/// The variants of an experiment beside each other. While nobody who went on is known to have seen any of them, there is
/// nothing to compare, and no rate is shown.
fn compared<'a>(variants: impl Iterator<Item = &'a Variant> + Clone) -> Markup {
    let known = variants.clone().any(|one| one.conversions > 0);
    let bounds = |one: &Variant| interval(one.conversions, one.visitors).filter(|_| known);
    let rate = |one: &Variant| Rate::of(one.conversions, one.visitors).filter(|_| known);
    let most = variants.clone().filter_map(|one| Some(bounds(one)?.1 .0)).max().unwrap_or(1_000).max(1);
    html! {
        ul.variants {
            @for one in variants {
                li.figure {
                    div.figure-head {
                        p { strong { (one.label) } }
                        p.big { (percent(rate(one))) }
                    }
                    @if let Some((low, high)) = bounds(one) {
                        (chart::interval(low.0, rate(one).map_or(0, |rate| rate.0), high.0, most))
                        p.small {
                            (number(one.assigned)) " given it, " (number(one.visitors)) " looked, " (number(one.conversions))
                            " went on. The true rate is likely between " (low.for_people()) " and " (high.for_people()) "."
                        }
                    } @else {
                        p.small { (number(one.assigned)) " given it, " (number(one.visitors)) " looked. What came of it is not known yet." }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567"]);
    }
}
