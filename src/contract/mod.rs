//! What public answers have in common: how they are declared, what documents are made of, and the redaction flags.

pub mod document;
pub mod redaction;

/// Declares public answers: camelCase on the wire, every field documented, a JSON Schema for the documents.
#[macro_export]
macro_rules! wire {
    ($( $(#[$doc:meta])* pub struct $name:ident $(<$life:lifetime>)? {
        $( $(#[$field_doc:meta])* $field:ident: $type:ty, )*
    } )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name $(<$life>)? { $( $(#[$field_doc])* pub $field: $type, )* }
    )* };
}

/// Declares public records that are rows: a statement names its columns as the wire does, so a row of it is the record.
/// Aggregate rows keep the database's names: `record! { as "snake_case"; … }`.
#[macro_export]
macro_rules! record {
    (as $case:tt; $( $(#[$doc:meta])* pub struct $name:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty, )* } )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        #[serde(rename_all = $case)]
        pub struct $name { $( $(#[$field_doc])* pub $field: $type, )* }
    )* };
    ($($records:tt)*) => { $crate::record! { as "camelCase"; $($records)* } };
}
