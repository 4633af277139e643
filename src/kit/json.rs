//! Reads JSON into types by way of a tree.
//!
//! `serde_json` alone would compile a parser for every type: a third of the Worker was that. Here one parser makes a
//! [`Node`], and what is compiled for a type is only how its fields are taken from an object, one after the other.
//!
//! A field takes the member of its name. One that is renamed to `*` takes the whole object, as in SQL: that is how a row
//! holds another row (`flatten` would need a map of the rest). A field may be absent when it is an `Option` or has a
//! `default`. `serde_json`'s own `RawValue` cannot be read this way, and a type with an `alias` must not be: an alias counts
//! as one more field, so those behind it would take the wrong members (a test forbids it).

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::{forward_to_deserialize_any, Deserialize};
use serde_json::{Error, Number};

/// The name of a field that takes the whole object.
const WHOLE: &str = "*";

/// Reads a text.
///
/// # Errors
/// When the text is not JSON, or not of the type's form.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(&Node::parse(text)?)
}

/// Reads bytes.
///
/// # Errors
/// When they are not JSON in UTF-8, or not of the type's form.
pub fn read_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    read(std::str::from_utf8(bytes).map_err(Error::custom)?)
}

/// A value of a text.
#[derive(Debug)]
pub enum Node<'a> {
    /// A member that is not there.
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Node<'a>>),
    /// An object, its members in order.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// Parses a text.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        serde_json::from_str(text)
    }

    /// The values of an array.
    ///
    /// # Errors
    /// When it is none.
    pub fn list(&self) -> Result<&[Self], Error> {
        match self {
            Self::List(nodes) => Ok(nodes),
            other => Err(other.unfit("an array")),
        }
    }

    fn unfit(&self, wanted: &str) -> Error {
        let found = match self {
            Self::Absent => Unexpected::Other("nothing"),
            Self::Null => Unexpected::Unit,
            Self::Truth(_) => Unexpected::Other("a boolean"),
            Self::Number(_) => Unexpected::Other("a number"),
            Self::Text(_) => Unexpected::Other("a text"),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        };
        Error::invalid_type(found, &wanted)
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Grow)
    }
}

struct Grow;

impl<'de> Visitor<'de> for Grow {
    type Value = Node<'de>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Node::Truth(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Borrowed(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = from.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), node)) = from.next_entry()? {
            members.push((name, node));
        }
        Ok(Node::Object(members))
    }
}

/// A member's name; borrowed, unless it holds an escape.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// What a type asks for decides; a value of another kind is an error.
impl<'de> Deserializer<'de> for &Node<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Truth(value) => visitor.visit_bool(*value),
            Node::Number(number) => number.deserialize_any(visitor),
            Node::Text(text) => visitor.visit_str(text),
            Node::List(nodes) => visitor.visit_seq(SeqDeserializer::new(nodes.iter())),
            Node::Object(members) => {
                let members = members.iter().map(|(name, node)| (StrDeserializer::new(name), node));
                visitor.visit_map(MapDeserializer::new(members))
            }
            Node::Absent => Err(self.unfit("a value")),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Truth(value) => visitor.visit_bool(*value),
            other => Err(other.unfit("a boolean")),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Number(number) => number.deserialize_any(visitor),
            other => Err(other.unfit("a number")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Text(text) => visitor.visit_str(text),
            other => Err(other.unfit("a text")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Absent | Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(self.list()?.iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Node::Object(members) => visitor.visit_seq(Fields { whole: self, members, fields, next: 0 }),
            other => Err(other.unfit("an object")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Node::Text(text) => visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(&**text)),
            other => Err(other.unfit("a text")),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map
        identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for &Node<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Hands a type its fields in the order in which it declares them.
struct Fields<'n, 'a> {
    whole: &'n Node<'a>,
    members: &'n [(Cow<'a, str>, Node<'a>)],
    fields: &'static [&'static str],
    next: usize,
}

impl<'n, 'a> Fields<'n, 'a> {
    /// The member that the next field takes. Most rows name their columns in the order of the fields, so the member in
    /// the field's own place is looked at first.
    fn take(&mut self) -> Option<&'n Node<'a>> {
        let place = self.next;
        let field = *self.fields.get(place)?;
        self.next += 1;
        if field == WHOLE {
            return Some(self.whole);
        }
        let beside = self.members.get(place).filter(|(name, _)| name == field);
        let found = beside.or_else(|| self.members.iter().find(|(name, _)| name == field));
        Some(found.map_or(&Node::Absent, |(_, node)| node))
    }
}

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match self.take() {
            // An `Option` takes nothing for an answer. For the rest the type has a default, or calls it an error.
            Some(absent @ Node::Absent) => Ok(seed.deserialize(absent).ok()),
            Some(node) => seed.deserialize(node).map(Some),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{json, Value};

    use super::{read, read_bytes};

    #[derive(Debug, Deserialize, PartialEq)]
    struct Price {
        cents: i64,
        #[serde(default)]
        currency: String,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Row {
        #[serde(rename = "productId")]
        id: String,
        note: Option<String>,
        #[serde(rename = "*")]
        price: Price,
        tags: Vec<String>,
        live: bool,
        more: Value,
    }

    #[test]
    fn fields_take_their_members_in_any_order() {
        let row: Row = read(
            r#"{"cents":900,"live":true,"tags":["a\"b","c"],"productId":"p\u00e9","ignored":{"x":[]},"more":{"y":[1,2.5,null]}}"#,
        )
        .expect("a row");
        let price = Price { cents: 900, currency: String::new() };
        let tags = vec!["a\"b".to_owned(), "c".to_owned()];
        let more = json!({ "y": [1, 2.5, null] });
        assert_eq!(row, Row { id: "pé".to_owned(), note: None, price, tags, live: true, more });
    }

    #[test]
    fn what_is_absent_or_of_another_kind_is_an_error() {
        for (text, why) in [
            (r#"{"currency":"usd"}"#, "the cents are absent"),
            (r#"{"cents":null}"#, "null is no number"),
            (r#"{"cents":"900"}"#, "a text is no number"),
            (r#"{"cents":1.5}"#, "a fraction is no integer"),
            (r#"{"cents":1"#, "the object has no end"),
            (r#"[{"cents":1}]"#, "an array is no object"),
            (r#"{"cents":1,"currency":null}"#, "a default is for what is absent only"),
        ] {
            assert!(read::<Price>(text).is_err(), "{why}");
        }
        assert!(read_bytes::<Price>(b"{\"cents\":\xff}").is_err(), "not UTF-8");
    }

    #[test]
    fn a_text_nested_too_deeply_is_an_error_and_not_a_crash() {
        assert!(read::<Value>(&"[".repeat(100_000)).is_err());
    }
}
