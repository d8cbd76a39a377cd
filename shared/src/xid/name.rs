//! What a branch is called on the legacy server.

use std::fmt;

/// The global part of the identifier of an XA branch: the link, the transaction here, and when the branch began, since a server that was restored
/// gives transaction numbers out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BranchName {
    /// The link's key.
    pub link_key: u64,
    /// The transaction's number here, with its epoch.
    pub transaction: u64,
    /// Microseconds since 1970.
    pub begun_us: u64,
}

/// Begins every name.
const PREFIX: &str = "tandem";

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{PREFIX}_{:x}_{:x}_{:x}",
            self.link_key, self.transaction, self.begun_us
        )
    }
}

impl BranchName {
    /// Reads a name; `None` for the branches of others.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('_');
        if parts.next() != Some(PREFIX) {
            return None;
        }
        let mut number = || {
            let digits = parts.next()?;
            let lower = digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            u64::from_str_radix(digits, 16).ok().filter(|_| lower)
        };
        let name = Self {
            link_key: number()?,
            transaction: number()?,
            begun_us: number()?,
        };
        // Exactly as it is written, so that two texts are never one branch.
        (name.to_string() == text).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_and_fits() {
        let most = BranchName {
            link_key: (1 << 43) - 1,
            transaction: u64::MAX,
            begun_us: u64::MAX,
        };
        // XA names hold 64 bytes.
        assert!(most.to_string().len() <= 64, "{most}");
        assert_eq!(BranchName::parse(&most.to_string()), Some(most));
    }

    #[test]
    fn the_branches_of_others_are_left_alone() {
        for text in [
            "",
            "tandem",
            "tandem_1_2",
            "tandem_1_2_3_4",
            "tandem_01_2_3",
            "tandem_A_2_3",
            "tandem_+1_2_3",
            "other_1_2_3",
            "tandem_1_2_3 ",
            "tandem_1_2_g",
        ] {
            assert_eq!(BranchName::parse(text), None, "{text}");
        }
    }
}
