//! The native database: the same statements on SQLite, in one transaction per batch. Tests only.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};
use serde_json::{Map, Number, Value as Json};

use super::{Batch, DbError, Rows, Value};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Runs a batch as one transaction.
///
/// # Errors
/// [`DbError::Failed`] when a statement fails; nothing is kept then.
pub fn commit(connection: &mut Connection, batch: &Batch) -> Result<Rows, DbError> {
    let failed = |error: rusqlite::Error| DbError::Failed(error.to_string());
    let transaction = connection.transaction().map_err(failed)?;
    let mut answer = Vec::new();
    for stmt in batch.statements() {
        let mut prepared = transaction.prepare_cached(stmt.query.sql).map_err(failed)?;
        let columns: Vec<String> = prepared.column_names().into_iter().map(str::to_owned).collect();
        let rows = prepared
            .query_map(rusqlite::params_from_iter(&stmt.values), |row| {
                let mut object = Map::new();
                for (index, column) in columns.iter().enumerate() {
                    object.insert(column.clone(), json(row.get_ref(index)?));
                }
                Ok(Json::Object(object))
            })
            .map_err(failed)?
            .collect::<rusqlite::Result<Vec<Json>>>()
            .map_err(failed)?;
        answer.push(Json::Array(rows).to_string());
    }
    transaction.commit().map_err(failed)?;
    Ok(Rows::new(answer.join("\n")))
}

fn json(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Json::Null,
        ValueRef::Integer(value) => Json::from(value),
        ValueRef::Real(value) => Number::from_f64(value).map_or(Json::Null, Json::Number),
        ValueRef::Text(text) => Json::String(String::from_utf8_lossy(text).into_owned()),
    }
}
