//! Windows of time, rates, and the rows that reports are made from.

use serde::{Serialize, Serializer};

use crate::db::{At, Batch, Rows};
use crate::http::Result;
use crate::kit::id::TenantId;
use crate::kit::time::Moment;
use crate::wire;

use super::rows::{Metric, Source, Variant};
use super::sql;

/// Seconds of an hour: totals are kept by the hour.
const HOUR: i64 = 3_600;

wire! {
    /// A window of time that ends now.
    pub struct Window {
        /// How it is asked for.
        key: &'static str,
        /// What it is called.
        label: &'static str,
        /// What it holds.
        description: &'static str,
        /// How long it is, in seconds; nothing for all time.
        seconds: Option<i64>,
    }
}

/// What is shown when no window is asked for.
pub const ALL: Window =
    Window { key: "all", label: "All time", description: "Everything since counting began.", seconds: None };

/// Every window.
pub const WINDOWS: &[Window] = &[
    ALL,
    Window {
        key: "24h",
        label: "24 hours",
        description: "The last 24 hours, from the full hour in which they begin.",
        seconds: Some(86_400),
    },
    Window {
        key: "7d",
        label: "7 days",
        description: "The last 7 days, from the full hour in which they begin.",
        seconds: Some(604_800),
    },
    Window {
        key: "30d",
        label: "30 days",
        description: "The last 30 days, from the full hour in which they begin.",
        seconds: Some(2_592_000),
    },
];

impl Window {
    /// The window of a key; all time for any other.
    pub fn named(key: Option<&str>) -> Self {
        WINDOWS.iter().find(|window| Some(window.key) == key).cloned().unwrap_or(ALL)
    }

    /// The hour in which the window begins.
    pub fn begins(&self, now: Moment) -> Moment {
        let first = |seconds: i64| now.plus_seconds(-seconds).unix_seconds() / HOUR * HOUR;
        Moment::from_unix_seconds(self.seconds.map_or(0, first))
    }
}

/// A share, in thousandths. On the wire it is a number between 0 and 1 with at most three decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub i64);

impl Rate {
    /// The share that came of a whole, rounded half up; nothing when that is no share.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        let is_share = whole > 0 && (0..=whole).contains(&part);
        let thousandths = i128::from(part) * 2_000 + i128::from(whole);
        is_share.then(|| i64::try_from(thousandths / (i128::from(whole) * 2)).ok()).flatten().map(Self)
    }

    /// For people: `18.4 %`.
    pub fn for_people(self) -> String {
        format!("{}.{} %", self.0 / 10, self.0 % 10)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let text = format!("{}.{:03}", self.0 / 1_000, self.0 % 1_000);
        let number: f64 = text.parse().map_err(serde::ser::Error::custom)?;
        to.serialize_f64(number)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for Rate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rate".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number" })
    }
}

/// Between which rates the true one lies, 19 times out of 20 (Wilson's interval), in thousandths; nothing when there is no
/// rate.
pub fn interval(part: i64, whole: i64) -> Option<(Rate, Rate)> {
    /// The square of 1.96, and what it is counted in.
    const Z2: i128 = 38_416;
    const UNIT: i128 = 10_000;
    Rate::of(part, whole)?;
    let (k, n) = (i128::from(part), i128::from(whole));
    let under_root = Z2 * Z2 + Z2 * UNIT * 4 * k * (n - k) / n;
    let root = i128::try_from(u128::try_from(under_root).ok()?.isqrt()).ok()?;
    let bound = |sum: i128| i64::try_from((sum * 1_000 / (2 * (n * UNIT + Z2))).clamp(0, 1_000)).ok().map(Rate);
    let middle = 2 * k * UNIT + Z2;
    Some((bound(middle - root)?, bound(middle + root)?))
}

/// Where in a batch the totals stand.
pub struct Asked {
    metrics: At,
    variants: At,
    sources: At,
}

/// The totals that the document and the page share.
#[derive(Debug)]
pub struct Totals {
    /// The rows of the conversion reports.
    pub metrics: Vec<Metric>,
    /// The variants of experiments.
    pub variants: Vec<Variant>,
    /// Where visitors come from.
    pub sources: Vec<Source>,
}

impl Totals {
    /// Asks for them.
    pub fn ask(tenant: &TenantId, from: Moment, batch: &mut Batch) -> Asked {
        Asked {
            metrics: batch.add(sql::since(&sql::METRICS, tenant, from)),
            variants: batch.add(sql::since(&sql::VARIANTS, tenant, from)),
            sources: batch.add(sql::sources(tenant, from)),
        }
    }

    /// Reads what was asked for.
    ///
    /// # Errors
    /// A fault when a row does not decode.
    pub fn read(rows: &Rows, at: &Asked) -> Result<Self> {
        Ok(Self { metrics: rows.all(at.metrics)?, variants: rows.all(at.variants)?, sources: rows.all(at.sources)? })
    }

    /// The rows of one dashboard's report.
    pub fn report_of<'a>(&'a self, dashboard: &'a str) -> impl Iterator<Item = &'a Metric> {
        self.metrics.iter().filter(move |metric| metric.dashboard_id == dashboard)
    }
}

#[cfg(test)]
mod tests {
    use super::{interval, Rate, Window};
    use crate::kit::time::Moment;

    #[test]
    fn a_rate_is_rounded_half_up_and_is_nothing_when_it_is_none() {
        for (part, whole, rate) in [
            (180, 1_000, Some(180)),
            (74, 620, Some(119)),
            (51, 74, Some(689)),
            (1, 2_000, Some(1)),
            (1, 2_001, Some(0)),
            (3, 2_000, Some(2)),
            (0, 5, Some(0)),
            (5, 5, Some(1_000)),
            (6, 5, None),
            (0, 0, None),
            (1, 0, None),
            (-1, 5, None),
            (i64::MAX, i64::MAX, Some(1_000)),
        ] {
            assert_eq!(Rate::of(part, whole), rate.map(Rate), "{part} of {whole}");
        }
        assert_eq!(
            serde_json::to_string(&[Rate(180), Rate(119), Rate(0), Rate(1_000)]).expect("json"),
            "[0.18,0.119,0.0,1.0]"
        );
        assert_eq!((Rate(184).for_people(), Rate(5).for_people()), ("18.4 %".to_owned(), "0.5 %".to_owned()));
    }

    #[test]
    fn an_interval_is_the_one_of_the_books() {
        // Wilson's score interval with z = 1.96, from tables.
        for (part, whole, low, high) in [(0, 10, 0, 277), (5, 10, 236, 763), (10, 10, 722, 1_000), (20, 100, 133, 288)]
        {
            assert_eq!(interval(part, whole), Some((Rate(low), Rate(high))), "{part} of {whole}");
        }
        assert_eq!((interval(0, 0), interval(3, 2)), (None, None));
    }

    #[test]
    fn a_window_begins_with_a_full_hour() {
        let now = Moment::from_unix_seconds(1_795_177_111);
        for (key, from) in [("all", 0), ("24h", 1_795_089_600), ("nonsense", 0)] {
            assert_eq!(Window::named(Some(key)).begins(now).unix_seconds(), from, "{key}");
        }
        assert_eq!(Window::named(None).key, "all");
    }
}
