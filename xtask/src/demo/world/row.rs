//! Rows as text, for INSERT statements of many rows.
//!
//! Promises: text is quoted for both legacy servers with their default SQL mode; a value never ends its own literal. Called
//! by the generator.

use std::fmt::Write as _;

use super::dice::Dice;

/// Rows of one statement: `(..),(..)`.
#[derive(Debug, Default)]
pub struct Rows {
    text: String,
    in_row: bool,
}

impl Rows {
    /// The list of rows, to be put behind VALUES.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Begins a row.
    pub fn open(&mut self) {
        self.text
            .push_str(if self.text.is_empty() { "(" } else { ",(" });
        self.in_row = false;
    }

    /// Ends a row.
    pub fn close(&mut self) {
        self.text.push(')');
    }

    fn comma(&mut self) {
        if self.in_row {
            self.text.push(',');
        }
        self.in_row = true;
    }

    /// A number, or anything else that needs no quotes.
    pub fn number(&mut self, value: impl std::fmt::Display) -> &mut Self {
        self.comma();
        let _ = write!(self.text, "{value}");
        self
    }

    /// A text, a date or a time.
    pub fn quoted(&mut self, value: impl AsRef<str>) -> &mut Self {
        self.comma();
        self.text.push('\'');
        for char in value.as_ref().chars() {
            if matches!(char, '\'' | '\\') {
                self.text.push('\\');
            }
            self.text.push(char);
        }
        self.text.push('\'');
        self
    }

    /// A text, or NULL.
    pub fn maybe(&mut self, value: Option<impl AsRef<str>>) -> &mut Self {
        match value {
            Some(value) => self.quoted(value),
            None => self.number("NULL"),
        }
    }

    /// `length` random bytes.
    pub fn bytes(&mut self, dice: &mut Dice, length: usize) -> &mut Self {
        self.comma();
        self.text.push_str("x'");
        for _ in 0..length {
            let _ = write!(self.text, "{:02x}", dice.below(256));
        }
        self.text.push('\'');
        self
    }
}

/// A date from 1998 to 2025, `YYYY-MM-DD`.
pub fn date(dice: &mut Dice) -> String {
    format!(
        "{}-{:02}-{:02}",
        dice.between(1998, 2025),
        dice.between(1, 12),
        dice.between(1, 28)
    )
}

/// A date and time from 2022 to 2025, `YYYY-MM-DD hh:mm:ss` with `digits` decimals.
pub fn moment(dice: &mut Dice, digits: usize) -> String {
    let mut text = format!(
        "{}-{:02}-{:02} {:02}:{:02}:{:02}",
        dice.between(2022, 2025),
        dice.between(1, 12),
        dice.between(1, 28),
        dice.below(24),
        dice.below(60),
        dice.below(60)
    );
    if digits > 0 {
        let fraction = format!("{:06}", dice.below(1_000_000));
        text.push('.');
        text.push_str(&fraction[..digits.min(6)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn quotes_and_backslashes_stay_inside() {
        let mut rows = Rows::default();
        for name in ["O'Neill", "back\\slash"] {
            rows.open();
            rows.number(1).quoted(name).maybe(None::<&str>);
            rows.close();
        }
        assert_eq!(rows.text(), "(1,'O\\'Neill',NULL),(1,'back\\\\slash',NULL)");
    }
}
