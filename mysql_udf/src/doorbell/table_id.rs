//! A table id: 64 bits, unique on this server, whose upper part names the link and whose lower 20 bits number the table.

use crate::limits::{PREFIX_END, TABLE_BITS};

/// The id of a captured table, as the triggers pass it to `tandem_fire`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(u64);

impl TableId {
    /// The id in a BIGINT; `None` for a negative number, which no link hands out.
    pub fn new(id: i64) -> Option<Self> {
        u64::try_from(id).ok().map(Self)
    }

    /// The link's part.
    pub fn prefix(self) -> u64 {
        self.0 >> TABLE_BITS
    }

    /// The table's number within its link, `0..2^20`.
    pub fn number(self) -> u32 {
        // The mask leaves 20 bits.
        (self.0 & ((1 << TABLE_BITS) - 1)) as u32
    }
}

/// A link's prefix in a BIGINT; `None` outside of `0..2^43`.
pub fn prefix(value: i64) -> Option<u64> {
    if value >= PREFIX_END {
        return None;
    }
    u64::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::{TableId, prefix};

    #[test]
    fn splits_and_refuses() {
        let id = TableId::new((5 << 20) | 17).expect("a positive id");
        assert_eq!((id.prefix(), id.number()), (5, 17));
        let last = TableId::new(i64::MAX).expect("a positive id");
        assert_eq!(
            (last.prefix(), last.number()),
            ((1 << 43) - 1, (1 << 20) - 1)
        );
        assert_eq!(TableId::new(-1), None);
        assert_eq!(prefix(-1), None);
        assert_eq!(prefix(1 << 43), None);
        assert_eq!(prefix((1 << 43) - 1), Some((1 << 43) - 1));
    }
}
