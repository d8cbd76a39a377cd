//! The targets of a map: where each column's value comes from, and which columns are the key.

use super::{Composer, KeySource, TargetSpec, UpgradeColumn};
use crate::mapping::check::Code;
use crate::mapping::document::{ColumnMap, PartRef};
use crate::mapping::keys::Keys;
use crate::mapping::misfit::Misfit;
use crate::plan::CompileError;
use crate::plan::adapter::{AdapterColumn, AdapterTarget, Crosswalk, From};
use crate::plan::sql::quote;
use crate::plan::table::{KeyField, LensPlan, TargetTable};
use crate::types::Codec;
use std::collections::BTreeSet;

/// A lens's field whose position is known only when all columns are: target, column, lens, output.
type Later = (usize, usize, usize, usize);

impl Composer<'_> {
    /// All targets.
    pub(super) fn targets(&mut self) -> Result<Vec<AdapterTarget>, CompileError> {
        let mut targets = Vec::new();
        let mut later = Vec::new();
        let map = self.spec.map;
        if !map.keys.is_legacy() && KeySource::of(0, map).column.is_none() {
            return Err(self.wrong(
                Code::KeysUnused,
                "no column takes the keys that it hands out",
            ));
        }
        for (at, part) in map.parts().enumerate() {
            let nothing = TargetSpec::default();
            let spec = self.spec.targets.get(at).unwrap_or(&nothing);
            if let Some(when) = part.when {
                self.expression(when)?;
            }
            let columns = self.part(at, &part, spec, &mut later)?;
            targets.push(AdapterTarget {
                target: TargetTable {
                    schema: part.target.schema.clone(),
                    table: part.target.table.clone(),
                },
                when: part.when.map(str::to_owned),
                columns,
                key: Vec::new(),
                scope: Vec::new(),
            });
        }
        for (target, column, lens, output) in later {
            let before: usize = self.lenses[..lens].iter().map(|it| it.outputs.len()).sum();
            targets[target].columns[column].from =
                From::Field(self.columns.len() + before + output);
        }
        for (at, part) in map.parts().enumerate() {
            let nothing = TargetSpec::default();
            let spec = self.spec.targets.get(at).unwrap_or(&nothing);
            let target = &mut targets[at];
            target.key = self.target_key(&part, spec, &target.columns)?;
            target.scope = self.scope(&part, target);
        }
        Ok(targets)
    }

    fn part(
        &mut self,
        at: usize,
        part: &PartRef<'_>,
        spec: &TargetSpec,
        later: &mut Vec<Later>,
    ) -> Result<Vec<AdapterColumn>, CompileError> {
        let mut columns = Vec::new();
        for map in part.columns {
            let facts: Vec<&UpgradeColumn> = map
                .targets()
                .into_iter()
                .map(|name| self.upgrade_column(part, spec, name))
                .collect::<Result<_, _>>()?;
            let first = columns.len();
            let froms = self.sources_of(map, &facts)?;
            for (output, (facts, from)) in facts.iter().zip(froms).enumerate() {
                let from = match from {
                    Source::Ready(from) => from,
                    Source::Lens(lens) => {
                        later.push((at, first + output, lens, output));
                        From::Field(0)
                    }
                };
                columns.push(AdapterColumn {
                    target: facts.name.clone(),
                    target_type: facts.type_name.clone(),
                    identity_always: facts.identity_always,
                    upgrade_owned: part.owned_by_upgrade.contains(&facts.name),
                    from,
                    kind: described(map),
                });
            }
        }
        Ok(columns)
    }

    fn upgrade_column<'s>(
        &self,
        part: &PartRef<'_>,
        spec: &'s TargetSpec,
        name: &str,
    ) -> Result<&'s UpgradeColumn, CompileError> {
        let found = spec.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| {
            self.wrong(
                Code::TargetColumnMissing,
                format!(
                    "column \"{name}\" of table \"{}.{}\" does not exist",
                    part.target.schema, part.target.table
                ),
            )
        })
    }

    /// Where the values of a column map's targets come from.
    fn sources_of(
        &mut self,
        map: &ColumnMap,
        facts: &[&UpgradeColumn],
    ) -> Result<Vec<Source>, CompileError> {
        let first = facts[0];
        #[allow(
            unreachable_patterns,
            reason = "what is neither copied nor PostgreSQL's work is a lens"
        )]
        let ready = match map {
            ColumnMap::Copy { source, misfit, .. } => {
                let found = self.find(source)?;
                From::Field(self.copied(found, &first.upgrade, &first.type_name, misfit)?)
            }
            ColumnMap::Constant { value, .. } => From::Expression {
                sql: constant(value),
                fields: Vec::new(),
            },
            ColumnMap::Sql { up, .. } => From::Expression {
                fields: self.expression(up)?,
                sql: up.clone(),
            },
            ColumnMap::Reference { source, to, .. } => self.reference(source, to, first)?,
            _ => return self.lens(map, facts),
        };
        Ok(vec![Source::Ready(ready)])
    }

    /// A lens: one column to one column is an encoder, any other stands behind the columns.
    fn lens(
        &mut self,
        map: &ColumnMap,
        facts: &[&UpgradeColumn],
    ) -> Result<Vec<Source>, CompileError> {
        let sources = map.sources();
        let found = sources
            .iter()
            .map(|name| self.find(name))
            .collect::<Result<Vec<_>, _>>()?;
        let inputs: Vec<_> = found.iter().map(|(_, column)| *column).collect();
        let outputs: Vec<_> = facts.iter().map(|facts| &facts.upgrade).collect();
        let lens = map
            .lens(&inputs, self.spec.family, &outputs)
            .ok_or_else(|| self.wrong(Code::MapInvalid, "a column map has no lens"))?
            .map_err(|reason| CompileError::Type {
                table: self.spec.map.source.table.clone(),
                column: sources.join(", "),
                reason,
            })?;
        if let ([found], [facts]) = (found.as_slice(), facts) {
            let at = self.push(*found, &facts.type_name, Codec::of_lens(lens), true);
            return Ok(vec![Source::Ready(From::Field(at))]);
        }
        let inputs = found
            .into_iter()
            .map(|found| self.read(found))
            .collect::<Result<Vec<_>, _>>()?;
        let number = self.lenses.len();
        let name = |at: usize| format!("l{}_{}", number + 1, at + 1);
        self.lenses.push(LensPlan {
            inputs,
            outputs: facts
                .iter()
                .enumerate()
                .map(|(at, facts)| (name(at), facts.type_name.clone()))
                .collect(),
            lens,
        });
        Ok(facts.iter().map(|_| Source::Lens(number)).collect())
    }

    fn reference(
        &mut self,
        source: &str,
        to: &str,
        facts: &UpgradeColumn,
    ) -> Result<From, CompileError> {
        let all: &[KeySource] = self.spec.keys;
        let keys = all.iter().find(|keys| keys.table == to).ok_or_else(|| {
            self.wrong(
                Code::ReferenceUnmapped,
                format!("it refers to the key of \"{to}\", which is not mapped"),
            )
        })?;
        let found = self.find(source)?;
        if let Some(lens) = keys.keys.lens(&facts.upgrade) {
            let lens = lens.map_err(|reason| self.wrong(Code::MapInvalid, reason))?;
            let at = self.push(found, &facts.type_name, Codec::of_lens(lens), true);
            return Ok(From::Field(at));
        }
        if keys.keys == Keys::Legacy {
            let at = self.copied(found, &facts.upgrade, &facts.type_name, &Misfit::NONE)?;
            return Ok(From::Field(at));
        }
        let sequence = keys.column.clone().ok_or_else(|| {
            self.wrong(Code::ReferenceUnmapped, format!(
                "the keys of \"{to}\" come from a crosswalk, and its map has no reference to itself that takes them"
            ))
        })?;
        let crosswalk = Crosswalk {
            field: self.natural(found)?,
            table_no: keys.table_no,
            sequence,
        };
        let known = self.crosswalks.iter().position(|known| *known == crosswalk);
        Ok(From::Crosswalk(known.unwrap_or_else(|| {
            self.crosswalks.push(crosswalk);
            self.crosswalks.len() - 1
        })))
    }

    /// The columns of a unique index of the target that come from the whole legacy key and from nothing else.
    fn target_key(
        &mut self,
        part: &PartRef<'_>,
        spec: &TargetSpec,
        columns: &[AdapterColumn],
    ) -> Result<Vec<usize>, CompileError> {
        for index in &spec.unique {
            let places: Option<Vec<usize>> = index
                .iter()
                .map(|name| columns.iter().position(|column| column.target == *name))
                .collect();
            let Some(places) = places.filter(|places| !places.is_empty()) else {
                continue;
            };
            let fields: BTreeSet<usize> = places
                .iter()
                .flat_map(|&at| self.fields_of(&columns[at]))
                .collect();
            let covered: Option<Vec<Vec<usize>>> =
                fields.iter().map(|field| self.key_parts(*field)).collect();
            let Some(covered) = covered else { continue };
            let covered: BTreeSet<usize> = covered.into_iter().flatten().collect();
            if covered.len() == self.spec.map.source.key.len() {
                fields
                    .into_iter()
                    .for_each(|field| self.needed_of_keys(field));
                return Ok(places);
            }
        }
        Err(self.wrong(Code::TargetKeyNotDerived, format!(
            "no unique index of table \"{}.{}\" consists of columns that come from the whole key of the legacy table and from nothing else",
            part.target.schema, part.target.table
        )))
    }

    /// The fields that a column's value comes from.
    fn fields_of(&self, column: &AdapterColumn) -> Vec<usize> {
        match &column.from {
            From::Field(field) => vec![*field],
            From::Expression { fields, .. } => fields.clone(),
            From::Crosswalk(at) => vec![self.crosswalks[*at].field],
        }
    }

    /// The places in the key of what a field comes from; `None` when it comes from anything else.
    fn key_parts(&self, field: usize) -> Option<Vec<usize>> {
        if field < self.columns.len() {
            return self.in_key(field).map(|at| vec![at]);
        }
        let lens = self.lens_at(field)?;
        let inputs = self.lenses[lens].inputs.iter();
        inputs.map(|&input| self.in_key(input)).collect()
    }

    fn lens_at(&self, field: usize) -> Option<usize> {
        let mut first = self.columns.len();
        self.lenses.iter().position(|lens| {
            first += lens.outputs.len();
            field < first
        })
    }

    /// Has the rows of keys hold a field.
    fn needed_of_keys(&mut self, field: usize) {
        // The key's own columns are first and are there anyway.
        if field < self.spec.map.source.key.len() {
            return;
        }
        let known = self.key_fields.iter().any(|known| match known {
            KeyField::Column(at, _) => *at == field,
            KeyField::Lens(at, _) => self.lens_at(field) == Some(*at),
        });
        if known {
            return;
        }
        if let Some(at) = self.in_key(field) {
            self.key_fields.push(KeyField::Column(field, at));
        } else if let (Some(lens), Some(parts)) = (self.lens_at(field), self.key_parts(field)) {
            self.key_fields.push(KeyField::Lens(lens, parts));
        }
    }

    /// What tells the map's rows from others of the same table.
    fn scope(&self, part: &PartRef<'_>, target: &AdapterTarget) -> Vec<String> {
        let mut scope = Vec::new();
        for &at in &target.key {
            let column = &target.columns[at];
            let name = format!("t.{}", quote::upgrade(&column.target));
            let map = part
                .columns
                .iter()
                .find(|map| map.targets().contains(&column.target.as_str()));
            match (map, &column.from) {
                (Some(ColumnMap::Constant { value, .. }), _) => scope.push(format!(
                    "{name} = {}::{}",
                    constant(value),
                    column.target_type
                )),
                (Some(ColumnMap::Reference { to, .. }), from) => {
                    scope.extend(self.reference_scope(&name, to, from));
                }
                _ => {}
            }
        }
        scope
    }

    fn reference_scope(&self, name: &str, to: &str, from: &From) -> Option<String> {
        if let From::Crosswalk(at) = from {
            return Some(format!(
                "EXISTS (SELECT FROM tandem.crosswalk AS k WHERE k.link = {} AND k.table_no = {} AND k.upgrade_key = {name})",
                quote::upgrade_literal(self.spec.link),
                self.crosswalks[*at].table_no
            ));
        }
        let keys = self.spec.keys.iter().find(|keys| keys.table == to)?;
        match keys.keys {
            Keys::Range { offset, size } => Some(format!(
                "{name} >= {offset} AND {name} < {}",
                offset.saturating_add(size)
            )),
            Keys::Interleaved { step, offset } => Some(format!("{name} % {step} = {offset}")),
            Keys::Legacy | Keys::Crosswalk => None,
        }
    }
}

/// Where one target's value comes from.
enum Source {
    /// It is known.
    Ready(From),
    /// It is a field of that lens.
    Lens(usize),
}

/// A JSON value as an SQL literal.
pub(crate) fn constant(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "NULL".to_owned(),
        serde_json::Value::String(text) => quote::upgrade_literal(text),
        other => quote::upgrade_literal(&other.to_string()),
    }
}

/// A column map in a few words: its kind, and what it reads.
fn described(map: &ColumnMap) -> String {
    let kind = serde_json::to_value(map).ok();
    let kind = kind
        .as_ref()
        .and_then(|map| map.get("kind")?.as_str())
        .unwrap_or_default();
    let sources = map.sources().join(", ");
    match map {
        ColumnMap::Constant { value, .. } => format!("constant {value}"),
        ColumnMap::Sql { up, .. } => format!("sql {up}"),
        ColumnMap::Reference { to, .. } => format!("reference {sources} to {to}"),
        _ => format!("{kind} {sources}"),
    }
}
