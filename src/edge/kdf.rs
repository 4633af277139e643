//! Password hashes. Unicode's normal form comes from JavaScript, which has the tables anyway.

use crate::account::password::scrypt;
use crate::cx;

/// The platform's normal form, and our own scrypt.
pub struct Kdf;

impl cx::Kdf for Kdf {
    fn derive(&self, password: &str, salt: &str) -> Option<[u8; 64]> {
        let normal: String = worker::js_sys::JsString::from(password).normalize("NFKC").into();
        scrypt(&normal, salt)
    }
}
