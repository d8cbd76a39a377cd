//! A reader of PostgreSQL's binary formats, written from the side of the receive functions; slow, plain, for tests only.

/// A cursor over a field.
pub(super) struct Field<'a>(pub(super) &'a [u8]);

impl Field<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_first_chunk::<N>().expect("enough bytes");
        self.0 = rest;
        *head
    }

    pub(super) fn int2(&mut self) -> i16 {
        i16::from_be_bytes(self.take())
    }

    pub(super) fn int4(&mut self) -> i32 {
        i32::from_be_bytes(self.take())
    }

    pub(super) fn int8(&mut self) -> i64 {
        i64::from_be_bytes(self.take())
    }

    pub(super) fn end(&self) {
        assert!(self.0.is_empty(), "{} bytes left", self.0.len());
    }
}

/// An integer of any width.
pub(super) fn integer(field: &[u8]) -> i64 {
    let mut at = Field(field);
    let number = match field.len() {
        2 => at.int2().into(),
        4 => at.int4().into(),
        8 => at.int8(),
        length => panic!("an integer of {length} bytes"),
    };
    at.end();
    number
}

/// A numeric as PostgreSQL prints it. Fails on a form that PostgreSQL would not send.
pub(super) fn numeric(field: &[u8]) -> String {
    let mut at = Field(field);
    let (count, weight, sign, scale) = (at.int2(), at.int2(), at.int2() as u16, at.int2());
    assert!(sign == 0 || sign == 0x4000, "sign {sign:x}");
    let groups: Vec<i16> = (0..count).map(|_| at.int2()).collect();
    at.end();
    assert!(groups.iter().all(|group| (0..10_000).contains(group)));
    assert_ne!(groups.first(), Some(&0), "no leading zero group");
    assert_ne!(groups.last(), Some(&0), "no trailing zero group");
    if groups.is_empty() {
        assert_eq!((weight, sign), (0, 0), "zero has one form");
    }
    let group = |place: i32| {
        let index = i32::from(weight) - place;
        usize::try_from(index)
            .ok()
            .and_then(|index| groups.get(index))
            .copied()
            .unwrap_or(0)
    };
    let integer: String = (0..=i32::from(weight).max(0))
        .rev()
        .map(|place| format!("{:04}", group(place)))
        .collect();
    let fraction: String = (1..=i32::from(scale).div_euclid(4) + 1)
        .map(|place| format!("{:04}", group(-place)))
        .collect();
    let (kept, dropped) = fraction.split_at(scale as usize);
    assert!(
        dropped.bytes().all(|digit| digit == b'0'),
        "digits beyond the scale"
    );
    let integer = integer.trim_start_matches('0');
    let sign = if sign == 0 { "" } else { "-" };
    let integer = if integer.is_empty() { "0" } else { integer };
    let point = if scale == 0 { "" } else { "." };
    format!("{sign}{integer}{point}{kept}")
}

/// Year, month and day of a day number counted from 2000-01-01, by counting years and months one by one.
pub(super) fn civil(days: i32) -> (i32, u32, u32) {
    let leap = |year: i32| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 2000;
    let mut left = days;
    while left < 0 {
        year -= 1;
        left += if leap(year) { 366 } else { 365 };
    }
    loop {
        let length = if leap(year) { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = if leap(year) { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year, month, left as u32 + 1)
}

/// A timestamp as `YYYY-MM-DD hh:mm:ss.ffffff`.
pub(super) fn timestamp(field: &[u8]) -> String {
    let micros = Field(field).int8();
    let (year, month, day) = civil(micros.div_euclid(86_400_000_000) as i32);
    let clock = clock(micros.rem_euclid(86_400_000_000));
    format!("{year:04}-{month:02}-{day:02} {clock}")
}

/// Microseconds as `[-]hh:mm:ss.ffffff`, with as many digits of hours as it takes.
pub(super) fn clock(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!(
        "{sign}{hours:02}:{minutes:02}:{:02}.{fraction:06}",
        seconds % 60
    )
}

/// An interval's microseconds, days and months.
pub(super) fn interval(field: &[u8]) -> (i64, i32, i32) {
    let mut at = Field(field);
    let parts = (at.int8(), at.int4(), at.int4());
    at.end();
    parts
}

/// Bits as text of 0 and 1.
pub(super) fn bits(field: &[u8]) -> String {
    let mut at = Field(field);
    let count = at.int4() as usize;
    assert_eq!(at.0.len(), count.div_ceil(8));
    let all: String = at.0.iter().map(|byte| format!("{byte:08b}")).collect();
    assert!(
        all[count..].bytes().all(|bit| bit == b'0'),
        "padding is zero"
    );
    all[..count].to_owned()
}

/// The elements of a one-dimensional array of the given element type.
pub(super) fn array(field: &[u8], oid: i32) -> Vec<Vec<u8>> {
    let mut at = Field(field);
    let dimensions = at.int4();
    assert_eq!((at.int4(), at.int4()), (0, oid), "no NULLs, element type");
    if dimensions == 0 {
        at.end();
        return Vec::new();
    }
    assert_eq!(dimensions, 1);
    let count = at.int4();
    assert_eq!(at.int4(), 1, "counted from 1");
    assert!(count > 0, "an empty array has no dimension");
    let mut elements = Vec::new();
    for _ in 0..count {
        let length = at.int4() as usize;
        let (element, rest) = at.0.split_at(length);
        elements.push(element.to_vec());
        at.0 = rest;
    }
    at.end();
    elements
}

#[test]
fn the_decoder_knows_its_calendar() {
    assert_eq!(civil(0), (2000, 1, 1));
    assert_eq!(civil(59), (2000, 2, 29));
    assert_eq!(civil(-1), (1999, 12, 31));
    assert_eq!(civil(366), (2001, 1, 1));
}

#[test]
fn the_decoder_reads_what_postgresql_sends() {
    // select numeric_send(12345678.90123), numeric_send(-0.0001), numeric_send(0.00)
    let sent = [0, 4, 0, 1, 0, 0, 0, 5, 4, 210, 22, 46, 35, 52, 11, 184];
    assert_eq!(numeric(&sent), "12345678.90123");
    assert_eq!(numeric(&[0, 1, 255, 255, 0x40, 0, 0, 4, 0, 1]), "-0.0001");
    assert_eq!(numeric(&[0, 0, 0, 0, 0, 0, 0, 2]), "0.00");
}
