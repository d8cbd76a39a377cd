//! How the upgrade table and the map follow a changed legacy table.

use super::change::Change;
use super::compare::compare;
use crate::mapping::catalog::{Family, LegacyColumn, LegacyTable};
use crate::mapping::document::{ColumnMap, TableMap};
use crate::mapping::scaffold::added_column;
use crate::plan::sql::quote;
use crate::types::{Codec, UpgradeType, default_target, holds, widens};

/// What is asked: a table as it was and as it is, with its map.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The legacy table when its rows were copied.
    pub before: &'a LegacyTable,
    /// The legacy table now.
    pub now: &'a LegacyTable,
    /// The legacy server's family.
    pub family: Family,
    /// The map.
    pub map: &'a TableMap,
    /// The upgrade table.
    pub target: &'a [TargetFacts],
    /// Columns of its unique indexes, primary key included, in index order.
    pub unique: &'a [Vec<String>],
    /// Names of the upgrade schema that are taken.
    pub taken: &'a [String],
    /// True when columns that have gone are to keep their values on the upgrade side.
    pub keep_dropped: bool,
}

/// One column of the upgrade table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetFacts {
    /// Its name.
    pub name: String,
    /// Its type as SQL writes it.
    pub type_name: String,
    /// Its type.
    pub upgrade: UpgradeType,
    /// True when NULL is refused.
    pub not_null: bool,
    /// True when a row without it gets a value.
    pub has_default: bool,
}

/// What is done about one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done, in words.
    pub what: String,
    /// The statements to run on the upgrade side, in order; none when only the map changes.
    pub statements: Vec<String>,
}

/// The way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// What is done, change by change.
    pub steps: Vec<Step>,
    /// The map afterwards.
    pub map: TableMap,
}

/// A change that cannot be followed without the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The change and what stands in the way.
    pub what: String,
    /// What to do before the next attempt.
    pub hint: String,
}

/// Finds the way on, or everything that stands in the way.
pub fn adopt(question: &Question<'_>) -> Result<Adoption, Vec<Refusal>> {
    let mut adoption = Adoption {
        steps: Vec::new(),
        map: question.map.clone(),
    };
    let mut refusals = Vec::new();
    for change in compare(question.before, question.now) {
        let step = match &change {
            Change::ColumnAdded { column, .. } => question.add(column, &mut adoption.map),
            Change::ColumnDropped { column } => question.drop(column, &mut adoption.map),
            Change::ColumnRenamed { from, to } => question.rename(from, to, &mut adoption.map),
            Change::TypeChanged { column, .. } | Change::ExpressionChanged { column } => {
                question.change(column)
            }
            Change::NullAllowed { column } => Ok(question.allow_null(column)),
            Change::NullRefused { .. } | Change::ColumnsMoved => Ok(nothing()),
            Change::KeyChanged { to, .. } => question.change_key(to, &mut adoption.map),
        };
        match step {
            Ok(mut step) => {
                step.what = match step.what.as_str() {
                    "" => change.to_string(),
                    what => format!("{change}: {what}"),
                };
                adoption.steps.push(step);
            }
            Err((what, hint)) => refusals.push(Refusal {
                what: format!("{change}: {what}"),
                hint,
            }),
        }
    }
    if refusals.is_empty() {
        Ok(adoption)
    } else {
        Err(refusals)
    }
}

/// A step, or what stands in the way and what to do about it.
type Answer = Result<Step, (String, String)>;

fn nothing() -> Step {
    step("", Vec::new())
}

fn step(what: impl Into<String>, statements: Vec<String>) -> Step {
    Step {
        what: what.into(),
        statements,
    }
}

impl Question<'_> {
    fn table(&self) -> String {
        let target = &self.map.target;
        format!(
            "{}.{}",
            quote::upgrade(&target.schema),
            quote::upgrade(&target.table)
        )
    }

    fn alter(&self, action: &str) -> String {
        format!("ALTER TABLE {} {action}", self.table())
    }

    /// The upgrade column that a legacy column goes to.
    fn target_of(&self, column: &str) -> Option<&TargetFacts> {
        let map = self.map.columns.iter().find(|map| map.source() == column)?;
        self.facts(map.target())
    }

    fn facts(&self, name: &str) -> Option<&TargetFacts> {
        self.target.iter().find(|facts| facts.name == name)
    }

    fn compiles(&self, column: &LegacyColumn, target: &UpgradeType) -> bool {
        Codec::compile(column, self.family, target).is_ok()
    }

    /// The new column is created, unless the operator has made one of its name, and mapped unless PostgreSQL computes it.
    fn add(&self, name: &str, map: &mut TableMap) -> Answer {
        let Some(column) = self.now.column(name) else {
            return Ok(nothing());
        };
        let copy = |target: &str| ColumnMap::copy(name, target);
        if let Some(there) = self.facts(name) {
            if !self.compiles(column, &there.upgrade) {
                return Err(self.types_do_not_meet(column, there));
            }
            map.columns.push(copy(name));
            return Ok(step("mapped to the column that is there", Vec::new()));
        }
        let added =
            added_column(self.now, name, self.family, self.map, self.taken).ok_or_else(|| {
                let what = "no column could be made for it".to_owned();
                (
                    what,
                    "Add a column of that name, then refresh again.".to_owned(),
                )
            })?;
        if added.copied {
            map.columns.push(copy(&added.name));
        }
        let mut what = "the same column was added here".to_owned();
        if !column.nullable && !added.not_null {
            what.push_str("; it allows NULL until SET NOT NULL is run after the comparison");
        }
        Ok(step(what, added.statements))
    }

    /// A column that the legacy side no longer has can only be let go of.
    fn drop(&self, name: &str, map: &mut TableMap) -> Answer {
        let Some(mapped) = self.map.columns.iter().position(|c| c.source() == name) else {
            return Ok(nothing());
        };
        if self.map.source.key.iter().any(|key| key == name) {
            return Err((
                "it identifies the rows".to_owned(),
                "Take the table out with tandem.unmap, or put the column back.".to_owned(),
            ));
        }
        let target = map.columns[mapped].target().to_owned();
        let Some(there) = self.facts(&target) else {
            map.columns.retain(|column| column.source() != name);
            return Ok(step("it is gone here, too", Vec::new()));
        };
        let column = quote::upgrade(&target);
        if !self.keep_dropped {
            return Err((
                format!("column {column} still holds what was copied"),
                format!(
                    "Run {}, or keep it as it is with keep_dropped => true, and refresh again.",
                    self.alter(&format!("DROP COLUMN {column}"))
                ),
            ));
        }
        map.columns.retain(|column| column.source() != name);
        let free = there.not_null && !there.has_default;
        let statements = free.then(|| self.alter(&format!("ALTER COLUMN {column} DROP NOT NULL")));
        Ok(step(
            format!("column {column} keeps what it holds and is no longer written"),
            statements.into_iter().collect(),
        ))
    }

    /// The map follows; the upgrade column follows where it bore the old name.
    fn rename(&self, from: &str, to: &str, map: &mut TableMap) -> Answer {
        let Some(mapped) = map.columns.iter_mut().find(|c| c.source() == from) else {
            return Ok(nothing());
        };
        let old = mapped.target().to_owned();
        let follows = old == from && self.facts(to).is_none() && self.facts(&old).is_some();
        let new = if follows || self.facts(&old).is_none() && self.facts(to).is_some() {
            to.to_owned()
        } else {
            old.clone()
        };
        let misfit = mapped.misfit().clone();
        *mapped = ColumnMap::copy(to, &new);
        if let Some(kept) = mapped.misfit_mut() {
            *kept = misfit;
        }
        for key in map.source.key.iter_mut().filter(|key| *key == from) {
            to.clone_into(key);
        }
        if !follows {
            return Ok(step("the map follows", Vec::new()));
        }
        let (old, new) = (quote::upgrade(&old), quote::upgrade(&new));
        let statement = self.alter(&format!("RENAME COLUMN {old} TO {new}"));
        Ok(step("renamed here, too", vec![statement]))
    }

    /// The upgrade column stays if it holds what comes now, and gets wider if the legacy column did.
    fn change(&self, name: &str) -> Answer {
        let (Some(before), Some(now)) = (self.before.column(name), self.now.column(name)) else {
            return Ok(nothing());
        };
        let Some(there) = self.target_of(name) else {
            return Ok(nothing());
        };
        let column = quote::upgrade(&there.name);
        let check = self.new_check(before, now, &there.name);
        let fits = self.compiles(now, &there.upgrade) && holds(now, &there.upgrade);
        if fits && check.is_empty() {
            let what = format!("column {column} is wide enough as it is");
            return Ok(step(what, Vec::new()));
        }
        if !widens(before, now) {
            return Err(self.types_do_not_meet(now, there));
        }
        let mut statements = self.new_labels(now, there);
        if statements.is_empty() && !fits {
            let wanted = default_target(now, self.family);
            if wanted.enum_type.is_some() {
                return Err(self.types_do_not_meet(now, there));
            }
            // More bits come in front, where a cast would put them behind.
            let using = match now.data_type.as_str() {
                "bit" => format!(
                    " USING lpad({column}::text, {}, '0')::{}",
                    now.precision.unwrap_or(1),
                    wanted.sql
                ),
                _ => String::new(),
            };
            let action = format!("ALTER COLUMN {column} TYPE {}{using}", wanted.sql);
            statements.push(self.alter(&action));
        }
        statements.splice(0..0, check.first().cloned());
        statements.extend(check.into_iter().skip(1));
        Ok(step("followed here", statements))
    }

    /// The labels that the upgrade enum lacks, each after the one before it.
    fn new_labels(&self, now: &LegacyColumn, there: &TargetFacts) -> Vec<String> {
        let UpgradeType::Enum { labels: known } = &there.upgrade else {
            return Vec::new();
        };
        let wanted = default_target(now, self.family).enum_type;
        let labels = wanted.map(|wanted| wanted.labels).unwrap_or_default();
        let mut statements = Vec::new();
        for (at, label) in labels.iter().enumerate() {
            if known.contains(label) {
                continue;
            }
            let place = match at.checked_sub(1).and_then(|before| labels.get(before)) {
                Some(before) => format!(" AFTER {}", quote::upgrade_literal(before)),
                None => known.first().map_or_else(String::new, |first| {
                    format!(" BEFORE {}", quote::upgrade_literal(first))
                }),
            };
            let label = quote::upgrade_literal(label);
            statements.push(format!(
                "ALTER TYPE {} ADD VALUE {label}{place}",
                there.type_name
            ));
        }
        statements
    }

    /// What keeps the column within its legacy type, when that is something else now: the old check goes first, the new one comes last.
    fn new_check(&self, before: &LegacyColumn, now: &LegacyColumn, target: &str) -> Vec<String> {
        let check = |column| default_target(column, self.family).check;
        let (old, new) = (check(before), check(now));
        if old == new || !widens(before, now) {
            return Vec::new();
        }
        let name = format!("{}_{target}_check", self.map.target.table);
        let name = quote::upgrade(&crate::mapping::scaffold::names::shortened(&name));
        let mut statements = vec![self.alter(&format!("DROP CONSTRAINT IF EXISTS {name}"))];
        if let Some(body) = new {
            let body = body.replace("{column}", &quote::upgrade(target));
            statements.push(self.alter(&format!("ADD CONSTRAINT {name} CHECK ({body})")));
        }
        statements
    }

    fn allow_null(&self, name: &str) -> Step {
        let facts = self.target_of(name).filter(|facts| facts.not_null);
        let statements = facts.map(|facts| {
            let column = quote::upgrade(&facts.name);
            self.alter(&format!("ALTER COLUMN {column} DROP NOT NULL"))
        });
        step("", statements.into_iter().collect())
    }

    /// The map's key stays if it still identifies rows, else it becomes the new one where the upgrade table has it, too.
    fn change_key(&self, to: &[String], map: &mut TableMap) -> Answer {
        if to.is_empty() {
            return Err((
                "nothing identifies its rows any more".to_owned(),
                "Give the table a key again, or take it out with tandem.unmap.".to_owned(),
            ));
        }
        let targets: Option<Vec<String>> = to
            .iter()
            .map(|key| {
                let found = map.columns.iter().find(|column| column.source() == key);
                found.map(|column| column.target().to_owned())
            })
            .collect();
        let sorted = |columns: &[String]| {
            let mut columns = columns.to_vec();
            columns.sort();
            columns
        };
        let unique = |columns: &Vec<String>| {
            self.unique
                .iter()
                .any(|index| sorted(index) == sorted(columns))
        };
        match targets {
            Some(columns) if unique(&columns) || map.source.key == to => {
                map.source.key = to.to_vec();
                Ok(step("the map follows", Vec::new()))
            }
            targets => {
                let columns = targets.unwrap_or_else(|| to.to_vec());
                let list: Vec<String> = columns.iter().map(|c| quote::upgrade(c)).collect();
                Err((
                    "the upgrade table has no such key".to_owned(),
                    format!(
                        "Run CREATE UNIQUE INDEX ON {} ({}), drop what is stricter, and refresh again.",
                        self.table(),
                        list.join(", ")
                    ),
                ))
            }
        }
    }

    fn types_do_not_meet(&self, column: &LegacyColumn, there: &TargetFacts) -> (String, String) {
        let wanted = default_target(column, self.family).sql;
        let name = quote::upgrade(&there.name);
        (
            format!(
                "column {name} is {}, which does not hold it",
                there.type_name
            ),
            format!(
                "Run {}, and refresh again.",
                self.alter(&format!("ALTER COLUMN {name} TYPE {wanted}"))
            ),
        )
    }
}
