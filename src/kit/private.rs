//! Text that must not leave: no `Serialize`, no `Display`, and a `Debug` that shows nothing.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// A private value. Only the code that stores it or sends it to the provider opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Opens the value. Every caller is a place to review.
    pub const fn open(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Private(·)")
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Private<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::deserialize(from).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn debug_output_of_a_private_value_shows_nothing() {
        assert_eq!(format!("{:?}", Private::new("ana@example.com")), "Private(·)");
    }
}
