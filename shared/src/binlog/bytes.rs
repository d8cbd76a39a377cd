//! Reading bytes: every read is checked.

/// The event ends where something should be, or holds what nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// What is left of an event.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Unreadable> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Unreadable)?;
        self.0 = rest;
        Ok(taken)
    }

    /// An unsigned number of `count` bytes, the lowest first.
    pub fn little(&mut self, count: usize) -> Result<u64, Unreadable> {
        let bytes = self.take(count)?;
        Ok(bytes
            .iter()
            .rev()
            .fold(0, |all, byte| all << 8 | u64::from(*byte)))
    }

    /// An unsigned number of `count` bytes, the highest first.
    pub fn big(&mut self, count: usize) -> Result<u64, Unreadable> {
        let bytes = self.take(count)?;
        Ok(bytes
            .iter()
            .fold(0, |all, byte| all << 8 | u64::from(*byte)))
    }

    /// As [`Bytes::little`], for what counts bytes.
    pub fn size(&mut self, count: usize) -> Result<usize, Unreadable> {
        usize::try_from(self.little(count)?).map_err(|_| Unreadable)
    }

    /// A number whose first byte says how long it is.
    pub fn packed(&mut self) -> Result<usize, Unreadable> {
        match self.little(1)? {
            252 => self.size(2),
            253 => self.size(3),
            254 => self.size(8),
            255 | 251 => Err(Unreadable),
            small => usize::try_from(small).map_err(|_| Unreadable),
        }
    }

    /// A text behind one byte that says how long it is, and the zero behind it.
    pub fn name(&mut self) -> Result<String, Unreadable> {
        let length = self.size(1)?;
        let name = String::from_utf8_lossy(self.take(length)?).into_owned();
        self.take(1)?;
        Ok(name)
    }
}

/// True when bit `at` is set; bits beyond the end are not.
pub fn bit(bits: &[u8], at: usize) -> bool {
    bits.get(at / 8)
        .is_some_and(|byte| byte >> (at % 8) & 1 == 1)
}
