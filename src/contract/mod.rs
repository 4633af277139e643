//! What public answers have in common: how they are declared, and the redaction flags.

pub mod redaction;

/// Declares public answers: camelCase on the wire, every field documented, a JSON Schema for the documents.
#[macro_export]
macro_rules! wire {
    ($( $(#[$doc:meta])* pub struct $name:ident $(<$life:lifetime>)? {
        $( $(#[$field_doc:meta])* $field:ident: $type:ty, )*
    } )*) => { $(
        $(#[$doc])*
        #[derive(Debug, serde::Serialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name $(<$life>)? { $( $(#[$field_doc])* pub $field: $type, )* }
    )* };
}
