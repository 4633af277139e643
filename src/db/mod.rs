//! Statements and batches as plain data, and rows decoded into types.
//!
//! `edge/d1.rs` sends a batch to D1; [`sqlite`] runs the same statements natively. A batch is atomic in both. Nothing
//! here opens a database, and no handler sees SQL text: that stays in each feature's `sql.rs`.

#[cfg(not(target_arch = "wasm32"))]
pub mod sqlite;

use std::fmt;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::kit::bounds::D1_INTEGER_MAX;
use crate::kit::email::Email;
use crate::kit::id;
use crate::kit::json::{self, Node};
use crate::kit::money::{Currency, Money};
use crate::kit::time::Moment;

/// One SQL text with its name; made by [`queries!`] so that tests can prepare and plan every one of them.
#[derive(Debug)]
pub struct Query {
    /// The constant's name.
    pub name: &'static str,
    /// The SQL, with `?1`-style parameters.
    pub sql: &'static str,
}

/// Declares a feature's SQL: one documented constant per statement, and `ALL` with every one of them.
#[macro_export]
macro_rules! queries {
    ($( $(#[$doc:meta])* $name:ident = $sql:expr; )*) => {
        $( $(#[$doc])* pub static $name: $crate::db::Query = $crate::db::Query { name: stringify!($name), sql: $sql }; )*
        /// Every statement of this feature.
        pub static ALL: &[&$crate::db::Query] = &[$( &$name ),*];
    };
}

/// A bound value. There are no floats: money and times are integers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// An integer that D1 can hold.
    Integer(i64),
    /// Text.
    Text(String),
}

/// Why the database could not do its work. The text is for the log, never for a caller.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// An integer outside ±(2^53 − 1): D1 would round it.
    #[error("an integer is too large for the database")]
    IntegerTooLarge,
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Failed(String),
    /// A row did not have the shape that the code expects.
    #[error("row: {0}")]
    Shape(String),
}

impl Value {
    /// An integer, refused when D1 could not carry it exactly.
    ///
    /// # Errors
    /// [`DbError::IntegerTooLarge`] outside ±(2^53 − 1).
    pub fn integer(value: i64) -> Result<Self, DbError> {
        (-D1_INTEGER_MAX..=D1_INTEGER_MAX)
            .contains(&value)
            .then_some(Self::Integer(value))
            .ok_or(DbError::IntegerTooLarge)
    }
}

/// What a statement can be given. Statements take their values as `dyn Bind`: hundreds of places bind values, and the code
/// that turns them into [`Value`]s is there once.
pub trait Bind {
    /// The value that the database gets.
    fn value(&self) -> Value;
}

impl<T: Bind + ?Sized> Bind for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}

impl<T: Bind> Bind for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Bind::value)
    }
}

impl Bind for Value {
    fn value(&self) -> Value {
        self.clone()
    }
}

impl Bind for str {
    fn value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Bind for String {
    fn value(&self) -> Value {
        self.as_str().value()
    }
}

impl Bind for bool {
    fn value(&self) -> Value {
        Value::Integer(i64::from(*self))
    }
}

impl Bind for Moment {
    fn value(&self) -> Value {
        Value::Integer(self.unix_seconds().clamp(-D1_INTEGER_MAX, D1_INTEGER_MAX))
    }
}

impl Bind for Money {
    fn value(&self) -> Value {
        Value::Integer(self.minor())
    }
}

impl Bind for Currency {
    fn value(&self) -> Value {
        self.code().value()
    }
}

impl Bind for Email {
    fn value(&self) -> Value {
        self.open().value()
    }
}

macro_rules! id_binds {
    ($( $id:ident ),*) => { $(
        impl Bind for id::$id {
            fn value(&self) -> Value {
                self.as_str().value()
            }
        }
    )* };
}

id_binds!(
    TenantId,
    UserId,
    SessionId,
    MailId,
    ProductId,
    PriceId,
    CheckoutIntentId,
    AuditId,
    EntitlementId,
    ContentSectionId,
    DownloadTokenId,
    ReferralClickId,
    ReferralAttributionId,
    CommissionLedgerId,
    CommissionActionId,
    StripeSessionId,
    StripeSubscriptionId,
    SubscriptionId,
    StripeEventId
);

/// A statement with its values, ready to run.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// The SQL.
    pub query: &'static Query,
    /// The values of `?1`, `?2` and so on.
    pub values: Vec<Value>,
}

/// The values of a statement that binds more than these.
pub fn bound(values: &[&dyn Bind]) -> Vec<Value> {
    values.iter().map(|value| value.value()).collect()
}

impl Stmt {
    /// Binds values to a query.
    pub fn new(query: &'static Query, values: &[&dyn Bind]) -> Self {
        Self { query, values: bound(values) }
    }
}

/// Binds values to a query: `stmt!(INTENT, tenant, id)`.
#[macro_export]
macro_rules! stmt {
    ($query:expr $(, $value:expr)* $(,)?) => {
        $crate::db::Stmt::new(&$query, &[$( &$value ),*])
    };
}

/// Declares functions that bind statements whose only value is the shop.
#[macro_export]
macro_rules! of_tenant {
    ($( $name:ident = $query:ident; )*) => { $(
        #[doc = concat!("Binds [`", stringify!($query), "`].")]
        pub fn $name(tenant: &$crate::kit::id::TenantId) -> $crate::db::Stmt {
            $crate::stmt!($query, tenant)
        }
    )* };
}

/// Statements that run together: all of them or none.
#[derive(Debug, Default)]
pub struct Batch(Vec<Stmt>);

/// Where in a batch a statement stands; asks [`Rows`] for what it returned.
#[derive(Clone, Copy, Debug)]
pub struct At(usize);

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement and remembers its place.
    pub fn add(&mut self, stmt: Stmt) -> At {
        self.0.push(stmt);
        At(self.0.len() - 1)
    }

    /// The statements in order.
    pub fn statements(&self) -> &[Stmt] {
        &self.0
    }
}

/// What a batch returned: per statement a line with the JSON of its rows, an array of one object per row.
#[derive(Debug)]
pub struct Rows {
    lines: String,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl Rows {
    /// Takes the answer of a database. JSON holds no line break unless it was laid out for people.
    pub fn new(lines: String) -> Self {
        let ends = memchr::memchr_iter(b'\n', lines.as_bytes()).chain([lines.len()]).collect();
        Self { lines, ends }
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// [`DbError::Shape`] when a row does not decode.
    pub fn all<T: DeserializeOwned>(&self, at: At) -> Result<Vec<T>, DbError> {
        let rows = self.parse(at)?;
        let rows = rows.list()?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(T::deserialize(row)?);
        }
        Ok(all)
    }

    /// The first row of a statement, if there is one.
    ///
    /// # Errors
    /// [`DbError::Shape`] when the row does not decode.
    pub fn first<T: DeserializeOwned>(&self, at: At) -> Result<Option<T>, DbError> {
        let rows = self.parse(at)?;
        rows.list()?.first().map(|row| Ok(T::deserialize(row)?)).transpose()
    }

    /// The row of a statement that always returns one.
    ///
    /// # Errors
    /// [`DbError::Shape`] when there is none, or it does not decode.
    pub fn one<T: DeserializeOwned>(&self, at: At) -> Result<T, DbError> {
        self.first(at)?.ok_or_else(|| DbError::Shape("a row was expected".to_owned()))
    }

    fn parse(&self, at: At) -> Result<Node<'_>, DbError> {
        let from = at.0.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + 1);
        let line = self.ends.get(at.0).and_then(|end| self.lines.get(from..*end));
        Ok(Node::parse(line.ok_or_else(|| DbError::Shape("a statement has no answer".to_owned()))?)?)
    }
}

impl From<serde_json::Error> for DbError {
    fn from(error: serde_json::Error) -> Self {
        Self::Shape(error.to_string())
    }
}

/// Decodes SQLite's 0 and 1 into a `bool`: `#[serde(deserialize_with = "db::truth")]`.
///
/// # Errors
/// When there is no such column, or it holds neither an integer nor NULL; NULL is `false`.
pub fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    from.deserialize_any(Truth)
}

/// Unlike `Option<i64>`, which would take a column that is absent for `false`.
struct Truth;

impl Visitor<'_> for Truth {
    type Value = bool;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("0, 1 or NULL")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, value: i64) -> Result<bool, E> {
        Ok(value != 0)
    }

    fn visit_u64<E>(self, value: u64) -> Result<bool, E> {
        Ok(value != 0)
    }
}

/// Decodes a column that holds a JSON array of texts: `#[serde(deserialize_with = "db::texts")]`.
///
/// # Errors
/// When the column holds anything else.
pub fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    json::read(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::{Batch, DbError, Query, Rows, Value};

    static NOTHING: Query = Query { name: "NOTHING", sql: "SELECT 1" };

    #[test]
    fn an_integer_that_d1_would_round_is_refused() {
        assert_eq!(Value::integer((1 << 53) - 1).expect("fits"), Value::Integer(9_007_199_254_740_991));
        assert!(matches!(Value::integer(1 << 53), Err(DbError::IntegerTooLarge)));
        assert!(matches!(Value::integer(i64::MIN), Err(DbError::IntegerTooLarge)));
    }

    #[test]
    fn an_answer_that_is_not_rows_is_an_error() {
        let mut batch = Batch::new();
        let [first, second] = [(); 2].map(|()| batch.add(crate::stmt!(NOTHING)));
        let rows = Rows::new("{}".to_owned());
        assert!(rows.all::<i64>(first).is_err(), "an object");
        assert!(rows.all::<i64>(second).is_err(), "nothing at all");
        let rows = Rows::new("[1,2]\n[]".to_owned());
        assert_eq!(rows.first::<i64>(first).expect("rows"), Some(1));
        assert!(rows.one::<i64>(second).is_err(), "no row where one was expected");
    }
}
