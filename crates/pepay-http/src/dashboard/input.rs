//! One labelled field of a form: with its hint, what is wrong with it, and both tied to it for screen readers.

use askama::Template;

use super::notice::Complaint;

/// A field. Show it with `{{ field|safe }}`: it escapes what it was given.
#[derive(Template)]
#[template(path = "dashboard/input.html")]
pub(super) struct Input {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: String,
    hint: String,
    error: Option<String>,
    described: String,
    autocomplete: &'static str,
    mode: &'static str,
    placeholder: &'static str,
    required: bool,
    autofocus: bool,
    max: usize,
}

impl Input {
    /// A field of this kind: a type of `<input>`, or `textarea`.
    pub(super) fn new(kind: &'static str, name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            kind,
            value: String::new(),
            hint: String::new(),
            error: None,
            described: String::new(),
            autocomplete: "",
            mode: "",
            placeholder: "",
            required: false,
            autofocus: false,
            max: 255,
        }
    }

    pub(super) fn text(name: &'static str, label: &'static str) -> Self {
        Self::new("text", name, label)
    }

    pub(super) fn email(name: &'static str, label: &'static str) -> Self {
        Self { mode: "email", ..Self::new("email", name, label) }
    }

    /// A password; `autocomplete` is `current-password` or `new-password`.
    pub(super) fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { autocomplete, required: true, max: 256, ..Self::new("password", name, label) }
    }

    pub(super) fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }.tied()
    }

    pub(super) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    pub(super) fn mode(self, mode: &'static str) -> Self {
        Self { mode, ..self }
    }

    pub(super) fn placeholder(self, placeholder: &'static str) -> Self {
        Self { placeholder, ..self }
    }

    pub(super) fn max(self, max: usize) -> Self {
        Self { max, ..self }
    }

    pub(super) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) fn focused(self) -> Self {
        Self { autofocus: true, ..self }
    }

    /// With what a complaint says about it.
    pub(super) fn told(self, complaint: &Complaint) -> Self {
        let error = complaint.about(self.name).map(str::to_owned);
        Self { error, ..self }.tied()
    }

    fn tied(mut self) -> Self {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("{}-error", self.name));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        self.described = ids.join(" ");
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_in_its_attribute() {
        let hostile = "\"><script>alert(1)</script>";
        for kind in ["text", "textarea"] {
            let complaint = Complaint::at("name", hostile);
            let html = Input::new(kind, "name", "Name").value(hostile).told(&complaint).render().unwrap();
            assert!(!html.contains("<script") && html.contains("aria-invalid"), "{html}");
        }
    }
}
