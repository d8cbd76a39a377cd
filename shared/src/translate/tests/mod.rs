//! The laws of every kind of map: what goes up comes back, what goes down comes back, and what is not of the declared domain is refused.

mod forms;
mod laws;
mod refusals;

use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::mapping::document::ColumnMap;
use crate::mapping::example::column;
use crate::types::UpgradeType;
use crate::value::{DateValue, Value};
use std::sync::Arc;

/// Compiles a map for columns of these types, in the order of its sources and targets.
fn compile(json: &str, legacy: &[&str], upgrade: &[UpgradeType]) -> Result<Arc<dyn Lens>, String> {
    let map: ColumnMap = serde_json::from_str(json).map_err(|error| error.to_string())?;
    assert_eq!(map.sources().len(), legacy.len(), "{json}");
    assert_eq!(map.targets().len(), upgrade.len(), "{json}");
    let columns: Vec<LegacyColumn> = legacy.iter().map(|kind| column("c", kind)).collect();
    map.lens(
        &columns.iter().collect::<Vec<_>>(),
        Family::Mysql,
        &upgrade.iter().collect::<Vec<_>>(),
    )
    .expect("a lens")
}

fn lens(json: &str, legacy: &[&str], upgrade: &[UpgradeType]) -> Arc<dyn Lens> {
    compile(json, legacy, upgrade).unwrap_or_else(|reason| panic!("{json}: {reason}"))
}

/// The fields of a row, `None` for NULL.
type Row = Vec<Option<Vec<u8>>>;

fn up(lens: &Arc<dyn Lens>, values: &[Value]) -> Result<Row, &'static str> {
    let mut out = Vec::new();
    lens.up(&values.iter().collect::<Vec<_>>(), &mut out)
        .map_err(|error| error.code)?;
    let mut row = Vec::new();
    let mut rest = out.as_slice();
    while let Some((head, tail)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(i32::from_be_bytes(*head)).ok();
        row.push(length.map(|length| tail[..length].to_vec()));
        rest = &tail[length.unwrap_or(0)..];
    }
    Ok(row)
}

fn down(lens: &Arc<dyn Lens>, row: &Row) -> Result<Vec<Value>, &'static str> {
    let fields: Vec<Option<&[u8]>> = row.iter().map(Option::as_deref).collect();
    lens.down(&fields).map_err(|error| error.code)
}

/// A value whatever kind carries it: the same number is the same value.
fn plain(values: &[Value]) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    values.iter().map(plain).collect()
}

/// `down(up(x)) = x` where the class promises it, and `up(down(up(x))) = up(x)` always. Gives false for what is not of the domain.
fn obeys(lens: &Arc<dyn Lens>, values: &[Value]) -> bool {
    let Ok(row) = up(lens, values) else {
        return false;
    };
    let back = down(lens, &row).unwrap_or_else(|code| panic!("{values:?}: {code}"));
    if matches!(lens.class(), Class::Lossless | Class::LossyDown) {
        assert_eq!(plain(&back), plain(values));
    }
    assert_eq!(up(lens, &back).as_ref(), Ok(&row), "{values:?}");
    true
}

fn text(text: &str) -> Value {
    Value::Bytes(text.as_bytes().to_vec())
}

fn field(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

fn time(text: &str) -> Value {
    let date = super::outlet::read_date(text);
    Value::Date(date.unwrap_or(DateValue {
        year: 0,
        month: 0,
        day: 0,
        hour: 0,
        minute: 0,
        second: 0,
        micros: 0,
    }))
}

const NUMERIC: UpgradeType = UpgradeType::Numeric {
    precision: Some(14),
    scale: 2,
};
const TIMESTAMPTZ: UpgradeType = UpgradeType::Timestamptz { precision: None };
const TIMESTAMP: UpgradeType = UpgradeType::Timestamp { precision: None };
