//! Charts as pictures: shapes only, which may be stretched to any width. Words and figures stand beside them as text, so
//! that they keep their size on a phone and can be read aloud.

use maud::{html, Markup};

/// The whole of a chart, in thousandths.
const WHOLE: i64 = 1_000;

/// How high a column can be.
const HEIGHT: i64 = 100;

/// How wide a column is with the gap after it.
const COLUMN: i64 = 10;

/// How much of a whole, as a bar; `kind` says in which colour.
pub fn bar(kind: &str, part: i64, whole: i64) -> Markup {
    let width = share(part, whole, WHOLE);
    html! {
        svg.chart.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track width="1000" height="10" {}
            rect class=(kind) width=(width) height="10" {}
        }
    }
}

/// Two figures of each day, the second in front of the first.
pub fn columns(days: &[(i64, i64)]) -> Markup {
    let most = days.iter().map(|(behind, front)| *behind.max(front)).max().unwrap_or(0).max(1);
    let width = i64::try_from(days.len()).unwrap_or(0).max(1).saturating_mul(COLUMN);
    let columns = days.iter().zip(0_i64..).map(|((behind, front), place)| {
        (place.saturating_mul(COLUMN), share(*behind, most, HEIGHT), share(*front, most, HEIGHT))
    });
    html! {
        svg.chart.columns viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track y=(HEIGHT - 1) width=(width) height="1" {}
            @for (x, behind, front) in columns {
                rect.behind x=(x + 1) y=(HEIGHT - behind) width=(COLUMN - 2) height=(behind) {}
                rect.front x=(x + 3) y=(HEIGHT - front) width=(COLUMN - 6) height=(front) {}
            }
        }
    }
}

/// A rate between two others, all in thousandths of `most`.
pub fn interval(low: i64, rate: i64, high: i64, most: i64) -> Markup {
    let at = |value| share(value, most, WHOLE);
    html! {
        svg.chart.interval viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track y="9" width="1000" height="2" {}
            rect.behind x=(at(low)) y="6" width=((at(high) - at(low)).max(4)) height="8" {}
            rect.front x=((at(rate) - 4).max(0)) width="8" height="20" {}
        }
    }
}

/// A part of a whole on a scale, never beyond its end.
fn share(part: i64, whole: i64, scale: i64) -> i64 {
    part.clamp(0, whole.max(0)).saturating_mul(scale).checked_div(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{bar, columns, interval, share};

    #[test]
    fn a_share_stays_on_its_scale() {
        for (part, whole, expected) in
            [(0, 0, 0), (5, 0, 0), (1, 2, 500), (9, 3, 1_000), (-4, 3, 0), (i64::MAX, i64::MAX, 1)]
        {
            let scale = if part == i64::MAX { 1 } else { 1_000 };
            assert_eq!(share(part, whole, scale), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn charts_hold_shapes_only() {
        let all = [bar("front", 1, 4), columns(&[(3, 1), (0, 0)]), interval(100, 200, 300, 400), columns(&[])];
        for markup in all {
            let text = markup.into_string();
            assert!(text.starts_with("<svg class=\"chart ") && text.contains("aria-hidden=\"true\""), "{text}");
            assert!(!text.contains("style=") && !text.contains("<text"), "{text}");
        }
        assert!(bar("front", 1, 4).into_string().contains("width=\"250\""));
    }
}
