//! One column's encoder: compiled once, used for every value.
//!
//! Promise: what compiles never fails for a type's sake afterwards, only for a value's. Called by every plan.

use super::down::Down;
use super::error::{TypeMismatch, ValueError};
use super::legacy::LegacyType;
use super::upgrade::UpgradeType;
use super::{
    binary, bit, date, datetime, decimal, enumeration, float, geometry, inet, integer, json, set,
    text, time, uuid, vector, year,
};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::mapping::misfit::{Misfit, Policy};
use crate::row::put_null;
use crate::translate::Lens;
use crate::value::{DateValue, Value};
use std::sync::Arc;

/// The way of one legacy column's values into one upgrade type, and back.
#[derive(Debug, Clone)]
pub struct Codec {
    up: Up,
    /// The way back; a lens has its own.
    down: Option<Down>,
    /// The expression to select, with [`PLACE`] for the column; `None` for the column itself.
    select: Option<String>,
    misfit: Misfit,
    /// The field that says `-infinity`, for a date or a timestamp.
    minus_infinity: Option<Vec<u8>>,
}

/// 0000-00-00 00:00:00.
const ZERO_DATE: DateValue = DateValue {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
};

/// Stands for the quoted column in an expression; no identifier can contain it.
const PLACE: &str = "\0";

#[derive(Debug, Clone)]
enum Up {
    Integer(integer::Up),
    Bit(bit::Up),
    Decimal(decimal::Up),
    Float(float::Up),
    Text(text::Up),
    Binary(binary::Up),
    Enum(enumeration::Up),
    Set(set::Up),
    Date(date::Up),
    Datetime(datetime::Up),
    Time(time::Up),
    Json(json::Up),
    Geometry(geometry::Up),
    Vector(vector::Up),
    Uuid(uuid::Up),
    Inet(inet::Up),
    Lens(Arc<dyn Lens>),
}

impl Codec {
    /// The encoder of a lens of one legacy column and one upgrade column.
    pub fn of_lens(lens: Arc<dyn Lens>) -> Codec {
        let select = Some(lens.select(PLACE)).filter(|select| select != PLACE);
        Codec {
            up: Up::Lens(lens),
            down: None,
            select,
            misfit: Misfit::default(),
            minus_infinity: None,
        }
    }

    /// The policies for values that do not fit.
    pub fn misfit(&self) -> &Misfit {
        &self.misfit
    }

    /// The lens, when this is one's encoder.
    pub fn lens(&self) -> Option<&Arc<dyn Lens>> {
        match &self.up {
            Up::Lens(lens) => Some(lens),
            _ => None,
        }
    }

    /// Compiles the way of a column into a type; fails where the matrix of this module has no entry, or where an enum lacks a label.
    ///
    /// NULL passes always: whether the upgrade column takes it is a constraint, not a type. The families
    /// differ in what they keep of JSON and in the ends of their times.
    pub fn compile(
        column: &LegacyColumn,
        family: Family,
        target: &UpgradeType,
    ) -> Result<Codec, TypeMismatch> {
        let legacy = LegacyType::of(column);
        let up = compile(&legacy, target).map_err(|works| TypeMismatch {
            column: column.name.clone(),
            legacy: column.column_type.clone(),
            upgrade: target.to_string(),
            works,
        })?;
        let select = match &legacy {
            LegacyType::Text => text::select(column, target, PLACE),
            LegacyType::Enum(labels) => enumeration::select(labels, PLACE),
            LegacyType::Set(labels) => set::select(labels, PLACE),
            _ => None,
        };
        Ok(Codec {
            up,
            down: Some(Down::compile(column, family, target)),
            select,
            misfit: Misfit::default(),
            minus_infinity: minus_infinity(target),
        })
    }

    /// The same with policies for values that do not fit; fails where one means nothing for the upgrade type.
    pub fn with_misfit(self, misfit: &Misfit) -> Result<Codec, String> {
        for (code, policy) in misfit.declared() {
            if !policy.suits(code)
                || policy == Policy::MinusInfinity && self.minus_infinity.is_none()
            {
                return Err(format!(
                    "policy {policy:?} cannot be used for \"{code}\" in this column"
                ));
            }
        }
        Ok(Codec {
            misfit: misfit.clone(),
            ..self
        })
    }

    /// Appends one field of PostgreSQL's binary format to `out`: an i32 length (-1 for NULL) and the bytes that the type's receive function reads.
    ///
    /// On an error `out` may end with part of the field; [`crate::row::RowBuf::push`] cuts it off.
    #[inline]
    pub fn up(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let start = out.len();
        match self.encode(value, out) {
            Err(error) if !self.misfit.is_empty() => {
                out.truncate(start);
                self.make_fit(value, error, out)
            }
            done => done,
        }
    }

    /// Does what the map says with a value that does not fit.
    #[cold]
    fn make_fit(
        &self,
        value: &Value,
        error: ValueError,
        out: &mut Vec<u8>,
    ) -> Result<(), ValueError> {
        match (self.misfit.of(error.code), value, &self.minus_infinity) {
            (Policy::Null, ..) => put_null(out),
            (Policy::MinusInfinity, _, Some(field)) => out.extend_from_slice(field),
            (Policy::Remove, Value::Bytes(bytes), _) => {
                let kept = bytes.iter().copied().filter(|byte| *byte != 0).collect();
                return self.encode(&Value::Bytes(kept), out);
            }
            _ => return Err(error),
        }
        Ok(())
    }

    #[inline]
    fn encode(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        if let Value::Null = value {
            return match &self.up {
                Up::Lens(lens) => lens.up(&[value], out),
                _ => {
                    put_null(out);
                    Ok(())
                }
            };
        }
        match &self.up {
            Up::Integer(up) => up.put(value, out),
            Up::Bit(up) => up.put(value, out),
            Up::Decimal(up) => up.put(value, out),
            Up::Float(up) => up.put(value, out),
            Up::Text(up) => up.put(value, out),
            Up::Binary(up) => up.put(value, out),
            Up::Enum(up) => up.put(value, out),
            Up::Set(up) => up.put(value, out),
            Up::Date(up) => up.put(value, out),
            Up::Datetime(up) => up.put(value, out),
            Up::Time(up) => up.put(value, out),
            Up::Json(up) => up.put(value, out),
            Up::Geometry(up) => up.put(value, out),
            Up::Vector(up) => up.put(value, out),
            Up::Uuid(up) => up.put(value, out),
            Up::Inet(up) => up.put(value, out),
            Up::Lens(lens) => lens.up(&[value], out),
        }
    }

    /// The way back: the legacy value of one field of PostgreSQL's binary format (`None` is NULL), for a statement in a session in UTC and
    /// utf8mb4 of mode [`crate::plan::sql::write::SQL_MODE`]. Fails where the legacy column cannot hold exactly that.
    ///
    /// What a policy stored instead of a value that did not fit comes back as what is stored, except that `-infinity` is again the zero date
    /// where nothing else became it.
    pub fn down(&self, field: Option<&[u8]>) -> Result<Value, ValueError> {
        if let Up::Lens(lens) = &self.up {
            let mut values = lens.down(&[field])?;
            return Ok(values.pop().unwrap_or(Value::Null));
        }
        match (field, &self.down) {
            (Some(field), Some(down)) if !self.stands_for_zero(field) => down.take(field),
            (Some(_), Some(_)) => Ok(Value::Date(ZERO_DATE)),
            _ => Ok(Value::Null),
        }
    }

    /// What a statement has in the place of a value of [`Codec::down`]: `?`, or an expression around it.
    pub fn place(&self) -> &'static str {
        self.down.as_ref().map_or("?", Down::place)
    }

    fn stands_for_zero(&self, field: &[u8]) -> bool {
        let (zero, others) = (
            self.misfit.of("zero_date"),
            ["partial_date", "invalid_date"],
        );
        zero == Policy::MinusInfinity
            && others
                .iter()
                .all(|code| self.misfit.of(code) != Policy::MinusInfinity)
            && self
                .minus_infinity
                .as_ref()
                .is_some_and(|known| known[4..] == *field)
    }

    /// The expression to read the column with on the legacy server; `quoted_column` is its name quoted for that server, with its table's
    /// alias where there is one. Almost always the column itself.
    pub fn select(&self, quoted_column: &str) -> String {
        match &self.select {
            Some(expression) => expression.replace(PLACE, quoted_column),
            None => quoted_column.to_owned(),
        }
    }
}

/// PostgreSQL's own forms: the least number that the type stores.
fn minus_infinity(target: &UpgradeType) -> Option<Vec<u8>> {
    let field = |bytes: &[u8]| {
        let length = bytes.len() as i32;
        [&length.to_be_bytes(), bytes].concat()
    };
    match target {
        UpgradeType::Date => Some(field(&i32::MIN.to_be_bytes())),
        UpgradeType::Timestamp { .. } | UpgradeType::Timestamptz { .. } => {
            Some(field(&i64::MIN.to_be_bytes()))
        }
        _ => None,
    }
}

fn compile(legacy: &LegacyType, target: &UpgradeType) -> Result<Up, String> {
    match legacy {
        LegacyType::Integer(_) => integer::compile(target).map(Up::Integer),
        LegacyType::Bit(bits) => bit::compile(*bits, target).map(Up::Bit),
        LegacyType::Decimal => decimal::compile(target).map(Up::Decimal),
        LegacyType::Float | LegacyType::Double => float::compile(target).map(Up::Float),
        LegacyType::Text => text::compile(target).map(Up::Text),
        LegacyType::Binary => binary::compile(target).map(Up::Binary),
        LegacyType::Enum(labels) => enumeration::compile(labels, target).map(Up::Enum),
        LegacyType::Set(labels) => set::compile(labels, target).map(Up::Set),
        LegacyType::Date => date::compile(target).map(Up::Date),
        LegacyType::Datetime(f) => datetime::compile_datetime(*f, target).map(Up::Datetime),
        LegacyType::Timestamp(f) => datetime::compile_timestamp(*f, target).map(Up::Datetime),
        LegacyType::Time(fraction) => time::compile(*fraction, target).map(Up::Time),
        LegacyType::Year => year::compile(target).map(Up::Integer),
        LegacyType::Json => json::compile(target).map(Up::Json),
        LegacyType::Geometry => geometry::compile(target).map(Up::Geometry),
        LegacyType::Vector => vector::compile(target).map(Up::Vector),
        LegacyType::Uuid => uuid::compile(target).map(Up::Uuid),
        LegacyType::Inet => inet::compile(target).map(Up::Inet),
        LegacyType::Unknown => Err("the legacy type is not known".to_owned()),
    }
}
