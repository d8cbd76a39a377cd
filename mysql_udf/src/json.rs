//! A writer for the few JSON objects that the functions return: flat keys, numbers, short strings.
//!
//! Called by `wait` and `status`. It never reads JSON and knows nothing of what it writes.

use std::fmt::Write;

/// One JSON object under construction.
pub struct Object {
    text: String,
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self {
            text: String::from("{"),
        }
    }

    /// Adds a number.
    pub fn number(self, name: &str, value: u64) -> Self {
        self.raw(name, &value.to_string())
    }

    /// Adds `true` or `false`.
    pub fn boolean(self, name: &str, value: bool) -> Self {
        self.raw(name, if value { "true" } else { "false" })
    }

    /// Adds a string.
    pub fn string(self, name: &str, value: &str) -> Self {
        let quoted = quote(value);
        self.raw(name, &quoted)
    }

    /// Adds an array of numbers, or `null` for `None`.
    pub fn numbers(self, name: &str, values: Option<&[u32]>) -> Self {
        let Some(values) = values else {
            return self.raw(name, "null");
        };
        let list: Vec<String> = values.iter().map(u32::to_string).collect();
        self.raw(name, &format!("[{}]", list.join(",")))
    }

    /// Adds an object.
    pub fn object(self, name: &str, value: Object) -> Self {
        let text = value.end();
        self.raw(name, &text)
    }

    /// The finished text.
    pub fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn raw(mut self, name: &str, value: &str) -> Self {
        if self.text.len() > 1 {
            self.text.push_str(", ");
        }
        let quoted = quote(name);
        self.text.push_str(&quoted);
        self.text.push_str(": ");
        self.text.push_str(value);
        self
    }
}

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

fn quote(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::Object;

    #[test]
    fn writes_members_in_order() {
        let text = Object::new()
            .number("bell", 7)
            .numbers("tables", Some(&[1, 22]))
            .numbers("unknown", None)
            .boolean("closing", true)
            .object("in", Object::new().string("a", "b"))
            .end();
        let wanted =
            r#"{"bell": 7, "tables": [1,22], "unknown": null, "closing": true, "in": {"a": "b"}}"#;
        assert_eq!(text, wanted);
    }

    #[test]
    fn quotes_what_json_cannot_hold() {
        let text = Object::new().string("s", "a\"b\\c\n").end();
        assert_eq!(text, r#"{"s": "a\"b\\c\u000a"}"#);
    }
}
