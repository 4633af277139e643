//! Values that know nothing of the product: ids, money, moments, private text, hashes, and every limit.
//!
//! Never does I/O and never depends on another module of this crate.

pub mod bounds;
pub mod email;
pub mod hash;
pub mod id;
pub mod json;
pub mod list;
pub mod money;
pub mod private;
pub mod time;
