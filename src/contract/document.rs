//! What public documents are made of: parts that never change, and sections that say what they do not hold.

use std::fmt;
use std::sync::OnceLock;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::{to_raw_value, RawValue};

use super::redaction::{self, Flag};

/// A part that never changes while the Worker runs: made and written once per isolate, copied into every answer.
pub struct Fixed<T> {
    make: fn() -> T,
    text: OnceLock<Box<RawValue>>,
}

impl<T> Fixed<T> {
    /// A part that is made when an answer first needs it.
    pub const fn new(make: fn() -> T) -> Self {
        Self { make, text: OnceLock::new() }
    }
}

impl<T> fmt::Debug for Fixed<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Fixed(·)")
    }
}

impl<T: Serialize> Serialize for Fixed<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = self.text.get() {
            return text.serialize(to);
        }
        let text = to_raw_value(&(self.make)()).map_err(S::Error::custom)?;
        self.text.get_or_init(|| text).serialize(to)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Fixed<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// A section with its redaction flags, which are computed from the section's own text.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// The section, without the flags.
    pub section: T,
    /// Which flags it carries.
    pub flags: &'static [Flag],
}

impl<T: Serialize> Serialize for Checked<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut text = serde_json::to_string(&self.section).map_err(S::Error::custom)?;
        redaction::append(&mut text, self.flags);
        RawValue::from_string(text).map_err(S::Error::custom)?.serialize(to)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Checked<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        redaction::Redacted::<T>::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        redaction::Redacted::<T>::schema_id()
    }

    fn inline_schema() -> bool {
        redaction::Redacted::<T>::inline_schema()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        redaction::Redacted::<T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::json;

    use super::{Checked, Fixed};
    use crate::contract::redaction;

    static MADE: AtomicUsize = AtomicUsize::new(0);
    static PART: Fixed<[u32; 2]> = Fixed::new(|| {
        MADE.fetch_add(1, Ordering::Relaxed);
        [1, 2]
    });

    #[test]
    fn a_fixed_part_is_made_once() {
        for _ in 0..3 {
            assert_eq!(serde_json::to_string(&json!({ "part": &PART })).expect("json"), r#"{"part":[1,2]}"#);
        }
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_section_says_what_it_really_holds() {
        let written = |text: &str| {
            let section = json!({ "to": text });
            serde_json::to_string(&Checked { section, flags: &[redaction::BUYER_EMAIL] }).expect("json")
        };
        assert_eq!(written("nobody"), r#"{"to":"nobody","redaction":{"buyerEmailIncluded":false}}"#);
        assert!(written("ana@example.com").ends_with(r#""redaction":{"buyerEmailIncluded":true}}"#));
    }
}
