//! Time zone: a local date and time of a named zone becomes an instant.
//!
//! Promise: the zone's rules are those of the time zone database inside this program, the same on both servers. A local time that came twice
//! or never (clocks are set) is parked, or taken as the map says; on the way back an instant that would be read as another one is refused.

use super::declared::{Declared, only, promise};
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::mapping::misfit::Misfit;
use crate::types::{Codec, UpgradeType, ValueError, shown};
use crate::value::{DateValue, Value};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A local time of a zone as an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// The legacy column, of type DATETIME.
    pub source: String,
    /// The upgrade column, of type timestamp with time zone.
    pub target: String,
    /// The name of a zone, "Europe/Zurich", or an offset, "+01:00".
    pub zone: String,
    /// What a local time means that came twice.
    #[serde(default, skip_serializing_if = "Clock::is_park")]
    pub ambiguous: Clock,
    /// What a local time means that never came.
    #[serde(default, skip_serializing_if = "Clock::is_park")]
    pub skipped: Clock,
    /// What happens to values that are no date.
    #[serde(default, skip_serializing_if = "Misfit::is_empty")]
    pub misfit: Misfit,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// What a local time means that does not name one instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Its row is set aside.
    #[default]
    Park,
    /// The earlier of the two instants.
    Earlier,
    /// The later of the two instants.
    Later,
}

impl Clock {
    /// True for `park`.
    pub fn is_park(&self) -> bool {
        *self == Clock::Park
    }

    /// One of two offsets from UTC.
    fn choose(self, one: Offset, other: Offset) -> Option<Offset> {
        // The greater offset makes the same local time the earlier instant.
        match self {
            Clock::Park => None,
            Clock::Earlier => Some(one.max(other)),
            Clock::Later => Some(one.min(other)),
        }
    }
}

#[derive(Debug)]
struct Local {
    codec: Codec,
    legacy: Codec,
    zone: TimeZone,
    ambiguous: Clock,
    skipped: Clock,
    class: Class,
}

impl Declared for Zone {
    fn sources(&self) -> Vec<&str> {
        vec![&self.source]
    }

    fn targets(&self) -> Vec<&str> {
        vec![&self.target]
    }

    fn compile(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Result<Arc<dyn Lens>, String> {
        let column = only(inputs)?;
        let target = only(outputs)?;
        if column.data_type != "datetime" || !matches!(target, UpgradeType::Timestamptz { .. }) {
            return Err("zone is for a DATETIME that becomes timestamp with time zone".to_owned());
        }
        let zone = find(&self.zone)?;
        let fixed = zone.to_fixed_offset().is_ok();
        let class = match fixed || self.skipped.is_park() {
            true if self.misfit.is_empty() => Class::Lossless,
            _ => Class::LossyUp,
        };
        promise(self.class, class, || match self.misfit.is_empty() {
            true => "a skipped local time becomes the instant of another one".to_owned(),
            false => "what is no date becomes another value".to_owned(),
        })?;
        let plain = UpgradeType::Timestamp { precision: None };
        let compile = |column: &LegacyColumn, target: &UpgradeType| {
            Codec::compile(column, family, target).map_err(|mismatch| mismatch.to_string())
        };
        // The upgrade field is an instant in UTC whose years are those of DATETIME, not those of TIMESTAMP.
        let as_plain = match target {
            UpgradeType::Timestamptz { precision } => UpgradeType::Timestamp {
                precision: *precision,
            },
            _ => plain.clone(),
        };
        Ok(Arc::new(Local {
            codec: compile(column, &as_plain)?.with_misfit(&self.misfit)?,
            legacy: compile(column, &plain)?,
            zone,
            ambiguous: self.ambiguous,
            skipped: self.skipped,
            class,
        }))
    }
}

fn find(name: &str) -> Result<TimeZone, String> {
    if let Some(offset) = read_offset(name) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| format!("\"{name}\" is no time zone; use a name such as \"Europe/Zurich\", or an offset such as \"+01:00\""))
}

/// `+01:00`, `-05:30`.
fn read_offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two = |text: &str| text.parse::<i32>().ok().filter(|_| text.len() == 2);
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let within = hours <= 15 && minutes < 60;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60))
        .ok()
        .filter(|_| within)
}

pub(super) fn civil(date: &DateValue) -> Option<DateTime> {
    DateTime::new(
        i16::try_from(date.year).ok()?,
        date.month.cast_signed(),
        date.day.cast_signed(),
        date.hour.cast_signed(),
        date.minute.cast_signed(),
        date.second.cast_signed(),
        i32::try_from(date.micros).ok()? * 1000,
    )
    .ok()
}

pub(super) fn value(time: DateTime) -> Option<DateValue> {
    Some(DateValue {
        year: u16::try_from(time.year()).ok()?,
        month: time.month().cast_unsigned(),
        day: time.day().cast_unsigned(),
        hour: time.hour().cast_unsigned(),
        minute: time.minute().cast_unsigned(),
        second: time.second().cast_unsigned(),
        micros: u32::try_from(time.subsec_nanosecond() / 1000).ok()?,
    })
}

impl Local {
    fn instant(&self, local: DateTime, shown: &str) -> Result<Timestamp, ValueError> {
        let twice = |code, what| ValueError::new(code, format!("local time {shown} {what}"));
        let offset = match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Fold { before, after } => self
                .ambiguous
                .choose(before, after)
                .ok_or_else(|| twice("ambiguous_time", "came twice in its zone"))?,
            AmbiguousOffset::Gap { before, after } => self
                .skipped
                .choose(before, after)
                .ok_or_else(|| twice("skipped_time", "never came in its zone"))?,
        };
        let out = || {
            ValueError::new(
                "out_of_range",
                format!("local time {shown} is out of range"),
            )
        };
        offset.to_timestamp(local).map_err(|_| out())
    }
}

impl Lens for Local {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let found = values.first().copied().unwrap_or(&Value::Null);
        let local = match found {
            Value::Date(date) => civil(date),
            _ => None,
        };
        // NULL, and what is no date: the codec knows what to do.
        let Some(local) = local.filter(|local| local.year() > 0) else {
            return self.codec.up(found, out);
        };
        let instant = self.instant(local, &shown(found))?;
        let utc = value(Offset::UTC.to_datetime(instant)).filter(|date| date.year > 0);
        let utc = utc.ok_or_else(|| ValueError::out_of_range(found, "timestamp with time zone"))?;
        self.codec.up(&Value::Date(utc), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let found = self.codec.down(fields.first().copied().flatten())?;
        let utc = match &found {
            Value::Date(date) => civil(date).filter(|utc| utc.year() > 0),
            _ => None,
        };
        let Some(utc) = utc else {
            return Ok(vec![found]);
        };
        let out = || ValueError::out_of_range(&found, "datetime");
        let instant = Offset::UTC.to_timestamp(utc).map_err(|_| out())?;
        let local = self.zone.to_datetime(instant);
        if self.instant(local, &shown(&found))? != instant {
            return Err(ValueError::new(
                "ambiguous_time",
                format!(
                    "instant {} UTC has a local time that means another instant",
                    shown(&found)
                ),
            ));
        }
        let date = value(local).ok_or_else(out)?;
        let mut field = Vec::new();
        self.legacy.up(&Value::Date(date), &mut field)?;
        Ok(vec![self.legacy.down(field.get(4..))?])
    }

    fn class(&self) -> Class {
        self.class
    }
}
