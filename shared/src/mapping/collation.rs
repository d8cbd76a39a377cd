//! What a legacy collation treats as equal, read from its name.
//!
//! Promise: errs on the careful side. A name that is not known counts as one that ignores case and trailing spaces. Called by scaffold and
//! check, since PostgreSQL's default collations tell apart every two texts whose bytes differ.

use super::catalog::{Family, LegacyColumn};

/// What two texts may differ in and still be equal under a column's collation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equality {
    /// Letters of different case, or with different accents.
    pub ignores_letters: bool,
    /// Trailing spaces (`PAD SPACE`).
    pub ignores_trailing_spaces: bool,
}

impl Equality {
    /// The equality of a column; `None` for a column that is not text.
    pub fn of(column: &LegacyColumn, family: Family) -> Option<Self> {
        column
            .collation
            .as_deref()
            .map(|collation| Self::named(collation, family))
    }

    /// The equality of a collation.
    pub fn named(collation: &str, family: Family) -> Self {
        let name = collation.to_ascii_lowercase();
        if name == "binary" {
            return Self::EXACT;
        }
        let has = |part: &str| name.split('_').any(|piece| piece == part);
        let no_pad = match family {
            Family::Mysql => has("0900"),
            Family::Mariadb => has("nopad"),
        };
        Self {
            // Sensitive to case and accents both: `_bin`, or `_cs` without `_ai`.
            ignores_letters: !(has("bin") || has("as") && has("cs")),
            ignores_trailing_spaces: !no_pad,
        }
    }

    /// Two texts are equal when their bytes are.
    pub const EXACT: Self = Self {
        ignores_letters: false,
        ignores_trailing_spaces: false,
    };

    /// True when texts with different bytes can be equal.
    pub fn is_loose(self) -> bool {
        self != Self::EXACT
    }

    /// In words: what is ignored.
    pub fn ignored(self) -> &'static str {
        match (self.ignores_letters, self.ignores_trailing_spaces) {
            (true, true) => "case or accents, and trailing spaces",
            (true, false) => "case or accents",
            (false, true) => "trailing spaces",
            (false, false) => "nothing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_ignored() {
        let of = |name, family| {
            let equality = Equality::named(name, family);
            (equality.ignores_letters, equality.ignores_trailing_spaces)
        };
        assert_eq!(of("utf8mb4_0900_ai_ci", Family::Mysql), (true, false));
        assert_eq!(of("utf8mb4_0900_as_cs", Family::Mysql), (false, false));
        assert_eq!(of("utf8mb4_0900_bin", Family::Mysql), (false, false));
        assert_eq!(of("utf8mb4_bin", Family::Mysql), (false, true));
        assert_eq!(of("latin1_general_cs", Family::Mysql), (true, true));
        assert_eq!(of("utf8mb4_nopad_bin", Family::Mariadb), (false, false));
        assert_eq!(of("utf8mb4_uca1400_ai_ci", Family::Mariadb), (true, true));
        assert_eq!(
            of("utf8mb4_uca1400_nopad_as_cs", Family::Mariadb),
            (false, false)
        );
        assert_eq!(of("binary", Family::Mysql), (false, false));
        assert_eq!(of("something_new", Family::Mysql), (true, true));
    }
}
