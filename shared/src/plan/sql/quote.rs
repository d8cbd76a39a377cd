//! Identifiers and literals, quoted for each server. The only place where names become SQL text.

/// A MySQL identifier in backticks.
pub fn legacy(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A PostgreSQL identifier in double quotes.
pub fn upgrade(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A MySQL string literal that means the same under every `sql_mode`: hexadecimal, declared utf8mb4.
pub fn legacy_literal(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    let digits: String = text.bytes().map(|b| format!("{b:02x}")).collect();
    format!("_utf8mb4 0x{digits}")
}

/// A PostgreSQL string literal; correct whatever `standard_conforming_strings` says.
pub fn upgrade_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_quotes_stay_one_name() {
        assert_eq!(legacy("a`b"), "`a``b`");
        assert_eq!(upgrade("a\"b"), "\"a\"\"b\"");
        assert_eq!(upgrade_literal("it's \\ here"), "E'it''s \\\\ here'");
        assert_eq!(legacy_literal("é"), "_utf8mb4 0xc3a9");
    }
}
