//! Two maps that write to one upgrade table: may they give the same key to different rows?
//!
//! Promise: maps whose keys cannot meet are left alone: constants that differ, ranges that do not overlap, other places in one interleaving, a
//! crosswalk each. Everything else is found, in one mapping and between links.

use super::code::Code;
use super::finding::Findings;
use super::{OtherLink, Subject};
use crate::mapping::document::{ColumnMap, PartRef, TableMap};
use crate::mapping::keys::Keys;
use std::collections::BTreeSet;

/// One writer of a table.
struct Writer<'a> {
    link: &'a str,
    map: &'a TableMap,
    part: PartRef<'a>,
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let own: Vec<Writer<'_>> = subject
        .mapping
        .tables
        .iter()
        .flat_map(|map| writers(subject.link, map))
        .collect();
    let others: Vec<Writer<'_>> = subject
        .others
        .iter()
        .flat_map(|OtherLink { link, map }| writers(link, map))
        .collect();
    let mut said = BTreeSet::new();
    for (at, one) in own.iter().enumerate() {
        for other in own[at + 1..].iter().chain(&others) {
            if one.part.target != other.part.target || apart(subject, one, other) {
                continue;
            }
            let label = format!("{}.{}", one.part.target.schema, one.part.target.table);
            let ruled = !one.map.keys.is_legacy() || !other.map.keys.is_legacy();
            let code = if one.link != other.link || ruled {
                Code::KeysCollide
            } else {
                Code::TargetMappedTwice
            };
            if said.insert((label.clone(), other.link)) {
                let message = format!(
                    "{} and {} may write the same rows of table \"{label}\"",
                    name(subject, one),
                    name(subject, other)
                );
                findings.add(code, label, message);
            }
        }
    }
}

fn writers<'a>(link: &'a str, map: &'a TableMap) -> impl Iterator<Item = Writer<'a>> {
    map.parts().map(move |part| Writer { link, map, part })
}

fn name(subject: &Subject<'_>, writer: &Writer<'_>) -> String {
    let table = &writer.map.source.table;
    if writer.link == subject.link {
        format!("the map of legacy table \"{table}\"")
    } else {
        format!(
            "the map of legacy table \"{table}\" of link \"{}\"",
            writer.link
        )
    }
}

/// True when some column of a unique index never has the same value for both.
fn apart(subject: &Subject<'_>, one: &Writer<'_>, other: &Writer<'_>) -> bool {
    let target = one.part.target;
    let table = subject.target.table(&target.schema, &target.table);
    let in_key = |name: &str| {
        table.is_none_or(|table| {
            let mut indexes = table.unique_indexes.iter().filter(|index| index.usable);
            indexes.any(|index| {
                index
                    .columns
                    .iter()
                    .any(|part| part.as_deref() == Some(name))
            })
        })
    };
    one.part.columns.iter().any(|column| {
        let name = column.target();
        let mine = value(one, column);
        let theirs = other
            .part
            .columns
            .iter()
            .find(|column| column.target() == name);
        let theirs = theirs.map(|column| value(other, column));
        in_key(name) && theirs.is_some_and(|theirs| disjoint(&mine, &theirs))
    })
}

/// What is known of a column's values.
enum Values<'a> {
    Constant(&'a serde_json::Value),
    Keys(&'a Keys),
    Any,
}

fn value<'a>(writer: &Writer<'a>, column: &'a ColumnMap) -> Values<'a> {
    match column {
        ColumnMap::Constant { value, .. } => Values::Constant(value),
        ColumnMap::Reference { to, .. } if *to == writer.map.source.table => {
            Values::Keys(&writer.map.keys)
        }
        _ => Values::Any,
    }
}

fn disjoint(one: &Values<'_>, other: &Values<'_>) -> bool {
    match (one, other) {
        (Values::Constant(one), Values::Constant(other)) => one != other,
        (Values::Keys(one), Values::Keys(other)) => keys_apart(one, other),
        _ => false,
    }
}

fn keys_apart(one: &Keys, other: &Keys) -> bool {
    match (one, other) {
        (Keys::Crosswalk, Keys::Crosswalk) => true,
        (
            Keys::Range { offset, size },
            Keys::Range {
                offset: from,
                size: count,
            },
        ) => offset.saturating_add(*size) <= *from || from.saturating_add(*count) <= *offset,
        (
            Keys::Interleaved { step, offset },
            Keys::Interleaved {
                step: stride,
                offset: first,
            },
        ) => (offset - first) % common(*step, *stride).max(1) != 0,
        _ => false,
    }
}

/// The greatest common divisor.
fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_cannot_meet_are_known() {
        let range = |offset, size| Keys::Range { offset, size };
        let step = |step, offset| Keys::Interleaved { step, offset };
        assert!(keys_apart(&range(0, 10), &range(10, 5)));
        assert!(!keys_apart(&range(0, 11), &range(10, 5)));
        assert!(keys_apart(&step(3, 0), &step(3, 2)));
        assert!(!keys_apart(&step(2, 0), &step(3, 1)));
        assert!(keys_apart(&step(4, 1), &step(6, 2)));
        assert!(keys_apart(&Keys::Crosswalk, &Keys::Crosswalk));
        assert!(!keys_apart(&Keys::Legacy, &Keys::Crosswalk));
    }
}
