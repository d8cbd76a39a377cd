//! Translated rows on their way to the upgrade server: PostgreSQL's binary wire format, many rows in one buffer.
//!
//! ```text
//! row    = u16 number of fields, then the fields         (as in COPY ... BINARY, without header and trailer)
//! field  = i32 length in bytes, or -1 for NULL, then the value as the type's receive function reads it
//! ```
//!
//! Promise: a buffer holds whole rows only; a row that failed to translate leaves no byte behind. The same bytes feed COPY, the set-based
//! apply and verify, so there is one encoding of a value.

/// Rows in one buffer, each with its start remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowBuf {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl RowBuf {
    /// An empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// True when there is no row.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// All rows, one after the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of row `index`, its field count included.
    pub fn row(&self, index: usize) -> Option<&[u8]> {
        let start = *self.starts.get(index)?;
        let end = self
            .starts
            .get(index + 1)
            .copied()
            .unwrap_or(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// Appends one row of `fields` fields written by `write`; when `write` fails nothing is appended.
    pub fn push<E>(
        &mut self,
        fields: u16,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&fields.to_be_bytes());
        match write(&mut self.bytes) {
            Ok(()) => {
                self.starts.push(start);
                Ok(())
            }
            Err(error) => {
                self.bytes.truncate(start);
                Err(error)
            }
        }
    }

    /// Appends a copy of a row of another buffer.
    pub fn push_row(&mut self, row: &[u8]) {
        self.starts.push(self.bytes.len());
        self.bytes.extend_from_slice(row);
    }
}

/// Writes a NULL field.
pub fn put_null(out: &mut Vec<u8>) {
    out.extend_from_slice(&(-1i32).to_be_bytes());
}

/// Writes a field of known bytes; fails when it is longer than a PostgreSQL field can be.
pub fn put_field(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), FieldTooLong> {
    let length = i32::try_from(bytes.len()).map_err(|_| FieldTooLong(bytes.len()))?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

/// A field of more than 2^31-1 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a field of {0} bytes is longer than PostgreSQL can hold")]
pub struct FieldTooLong(pub usize);

/// The fields of one row: `None` is NULL. Ends at the first malformed field, which only a programming error can produce.
pub fn fields(row: &[u8]) -> Fields<'_> {
    let count = row.get(..2).map_or(0, |b| u16::from_be_bytes([b[0], b[1]]));
    Fields {
        rest: row.get(2..).unwrap_or(&[]),
        left: count,
    }
}

/// Iterator over the fields of a row.
pub struct Fields<'a> {
    rest: &'a [u8],
    left: u16,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let (head, rest) = self.rest.split_first_chunk::<4>()?;
        let length = i32::from_be_bytes(*head);
        let Ok(length) = usize::try_from(length) else {
            self.rest = rest;
            return Some(None);
        };
        let (field, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Some(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_row_leaves_nothing() {
        let mut rows = RowBuf::new();
        rows.push(1, |out| put_field(out, b"abc")).expect("fits");
        let failed: Result<(), &str> = rows.push(2, |out| {
            put_null(out);
            Err("no")
        });
        assert_eq!(failed, Err("no"));
        rows.push::<()>(1, |out| {
            put_null(out);
            Ok(())
        })
        .expect("fits");
        assert_eq!(rows.len(), 2);
        let first: Vec<_> = fields(rows.row(0).expect("row")).collect();
        assert_eq!(first, vec![Some(&b"abc"[..])]);
        let second: Vec<_> = fields(rows.row(1).expect("row")).collect();
        assert_eq!(second, vec![None]);
    }
}
