//! What public answers have in common: the redaction flags.

pub mod redaction;
