//! Decoding rows, with less code than the general way.
//!
//! serde can read a struct from an object and from an array, and the code for both is made for every struct there is.
//! A row is always an object, so only that way is left open here. For the tables of this shop that is a quarter of the
//! Worker's size.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

/// Reads the rows of one statement: the JSON text of an array with one object per row.
///
/// # Errors
/// When the text is not that, or a row does not have the shape of `T`.
pub fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<T>, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let rows = json.deserialize_seq(Every(PhantomData))?;
    json.end()?;
    Ok(rows)
}

struct Every<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Every<T> {
    type Value = Vec<T>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(row) = rows.next_element_seed(One(PhantomData))? {
            all.push(row);
        }
        Ok(all)
    }
}

struct One<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for One<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::deserialize(Object(from))
    }
}

/// A deserializer that reads a struct from an object and from nothing else.
struct Object<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
