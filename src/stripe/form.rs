//! Stripe's form encoding: nested names in brackets, `a[b][0][c]=…`, percent-encoded as a form.

use url::form_urlencoded::Serializer;

/// A form under construction.
pub struct Form(Serializer<'static, String>);

impl Default for Form {
    fn default() -> Self {
        Self(Serializer::new(String::new()))
    }
}

impl Form {
    /// Adds a field; the name is written with its brackets.
    pub fn add(&mut self, name: &str, value: &str) -> &mut Self {
        self.0.append_pair(name, value);
        self
    }

    /// Adds a field when there is a value and it is not empty; Stripe takes an empty value as "unset".
    pub fn add_some(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.add(name, value);
        }
        self
    }

    /// The encoded body.
    pub fn finish(mut self) -> String {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn brackets_and_braces_are_percent_encoded() {
        let mut form = Form::default();
        form.add("line_items[0][quantity]", "1")
            .add("success_url", "https://a.b/?s={CHECKOUT_SESSION_ID}")
            .add_some("x", Some(""));
        assert_eq!(
            form.finish(),
            "line_items%5B0%5D%5Bquantity%5D=1&success_url=https%3A%2F%2Fa.b%2F%3Fs%3D%7BCHECKOUT_SESSION_ID%7D"
        );
    }
}
