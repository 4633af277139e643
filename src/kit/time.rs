//! Moments. The only clock is `cx.clock`; nothing here asks what time it is.

use serde::{Deserialize, Serialize, Serializer};
use time::macros::format_description;
use time::OffsetDateTime;

/// A moment in UTC, in whole seconds since 1970. The database stores exactly this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// A moment from unix seconds.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// This moment moved by some seconds, forwards or backwards.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// RFC 3339 with milliseconds and `Z`, as the access API writes its times.
    pub fn iso(self) -> String {
        let shape = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");
        OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.format(shape).ok()).unwrap_or_default()
    }

    /// Reads RFC 3339 in any offset, to the second.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()?;
        Some(Self(at.unix_timestamp()))
    }

    /// The date in UTC: `2026-05-19`.
    pub fn day(self) -> String {
        let shape = format_description!("[year]-[month]-[day]");
        OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.format(shape).ok()).unwrap_or_default()
    }

    /// As mail writes it (RFC 5322, section 3.3).
    pub fn mail(self) -> String {
        let shape = format_description!(
            "[weekday repr:short], [day padding:none] [month repr:short] [year] [hour]:[minute]:[second] +0000"
        );
        OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.format(shape).ok()).unwrap_or_default()
    }

    /// A date for people, in UTC.
    pub fn day_for_people(self) -> String {
        let shape = format_description!("[day padding:none] [month repr:short] [year]");
        OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.format(shape).ok()).unwrap_or_default()
    }

    /// A date and time for people, in UTC.
    pub fn for_people(self) -> String {
        let shape = format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");
        OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.format(shape).ok()).unwrap_or_default()
    }
}

/// A moment in a public record: read as the database's seconds, written as [`Moment::iso`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Iso(pub Moment);

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.iso())
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl schemars::JsonSchema for Iso {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Iso".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_moment_is_written_with_milliseconds_and_z() {
        assert_eq!(Moment::from_unix_seconds(1_779_193_439).iso(), "2026-05-19T12:23:59.000Z");
        assert_eq!(Moment::from_unix_seconds(1_779_193_439).mail(), "Tue, 19 May 2026 12:23:59 +0000");
        assert_eq!(Moment::from_unix_seconds(1_779_193_439).for_people(), "19 May 2026, 12:23 UTC");
    }

    #[test]
    fn what_is_written_can_be_read() {
        let at = Moment::from_unix_seconds(1_779_193_439);
        assert_eq!(Moment::parse_iso(&at.iso()), Some(at));
        assert_eq!(Moment::parse_iso("2026-05-19T14:23:59+02:00"), Some(at));
        for other in ["2026-05-19", "tomorrow", "2026-13-01T00:00:00Z", ""] {
            assert_eq!(Moment::parse_iso(other), None, "{other}");
        }
    }

    #[test]
    fn a_moment_past_the_calendar_is_blank_rather_than_a_panic() {
        assert_eq!(Moment::from_unix_seconds(i64::MAX).iso(), "");
    }
}
