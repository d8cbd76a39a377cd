//! Each change is found, and followed or refused as promised.

use super::*;
use crate::mapping::catalog::{Family, IndexColumn, LegacyIndex, LegacyTable};
use crate::mapping::document::{ColumnMap, Source, TableMap, Target};
use crate::mapping::example::{Column, column, table};
use crate::types::UpgradeType;

fn before() -> LegacyTable {
    let mut table = table(
        "user",
        vec![
            column("id", "int").not_null(),
            column("name", "varchar(20)").not_null(),
            column("state", "enum('on','off')"),
            column("amount", "decimal(10,2)"),
        ],
    );
    table.indexes.push(primary("id"));
    table
}

fn primary(name: &str) -> LegacyIndex {
    LegacyIndex {
        name: "PRIMARY".into(),
        unique: true,
        kind: "BTREE".into(),
        columns: vec![IndexColumn {
            name: Some(name.into()),
            ..IndexColumn::default()
        }],
        ..LegacyIndex::default()
    }
}

fn map() -> TableMap {
    let copy = |name: &str| ColumnMap::copy(name, name);
    TableMap::one_to_one(
        Source::table("user", vec!["id".into()]),
        Target {
            schema: "app".into(),
            table: "user".into(),
        },
        ["id", "name", "state", "amount"].map(copy).to_vec(),
    )
}

fn target() -> Vec<TargetFacts> {
    let facts = |name: &str, type_name: &str, upgrade, not_null| TargetFacts {
        name: name.into(),
        type_name: type_name.into(),
        upgrade,
        not_null,
        has_default: false,
    };
    let labels = vec!["on".to_owned(), "off".to_owned()];
    vec![
        facts("id", "integer", UpgradeType::Int4, true),
        facts(
            "name",
            "character varying(20)",
            UpgradeType::Varchar { length: Some(20) },
            true,
        ),
        facts(
            "state",
            "app.user_state",
            UpgradeType::Enum { labels },
            false,
        ),
        facts(
            "amount",
            "numeric(10,2)",
            UpgradeType::Numeric {
                precision: Some(10),
                scale: 2,
            },
            false,
        ),
    ]
}

/// What is done about a legacy table that was changed by `alter`.
fn after(alter: fn(&mut LegacyTable), keep_dropped: bool) -> Result<Adoption, Vec<Refusal>> {
    let (before, map, target) = (before(), map(), target());
    let mut now = before.clone();
    alter(&mut now);
    adopt(&Question {
        before: &before,
        now: &now,
        family: Family::Mysql,
        map: &map,
        target: &target,
        unique: &[vec!["id".into()]],
        taken: &["user".into()],
        keep_dropped,
    })
}

/// The statements, and the pairs of the map that came or changed.
fn followed(alter: fn(&mut LegacyTable)) -> (Vec<String>, Vec<(String, String)>) {
    let adoption = after(alter, false).expect("can be followed");
    let old = map();
    let pairs = adoption
        .map
        .columns
        .iter()
        .filter(|c| !old.columns.contains(c));
    let pairs = pairs.map(|c| (c.source().to_owned(), c.target().to_owned()));
    let statements = adoption.steps.into_iter().flat_map(|step| step.statements);
    (statements.collect(), pairs.collect())
}

fn refused(alter: fn(&mut LegacyTable)) -> Refusal {
    let mut refusals = after(alter, false).expect_err("has to be refused");
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals.remove(0)
}

#[test]
fn what_is_no_change_is_none() {
    assert!(compare(&before(), &before()).is_empty());
    let mut now = before();
    now.comment = "other".into();
    now.columns[1].default = Some("x".into());
    now.columns[0].column_type = "int(11)".into();
    assert!(compare(&before(), &now).is_empty());
}

#[test]
fn an_added_column_is_added() {
    let (statements, pairs) = followed(|t| t.columns.push(column("note", "varchar(9)").not_null()));
    assert_eq!(
        statements,
        ["ALTER TABLE \"app\".\"user\" ADD COLUMN \"note\" varchar(9)"]
    );
    assert_eq!(pairs, [("note".to_owned(), "note".to_owned())]);
    let (statements, _) = followed(|t| t.columns.push(column("kind", "enum('x')")));
    assert_eq!(
        statements,
        [
            "CREATE TYPE \"app\".\"user_kind\" AS ENUM ('x')",
            "ALTER TABLE \"app\".\"user\" ADD COLUMN \"kind\" \"app\".\"user_kind\""
        ]
    );
}

#[test]
fn a_wider_type_is_followed() {
    let (statements, _) = followed(|t| t.columns[0] = column("id", "bigint").not_null());
    assert_eq!(
        statements,
        ["ALTER TABLE \"app\".\"user\" ALTER COLUMN \"id\" TYPE bigint"]
    );
    let (statements, _) =
        followed(|t| t.columns[2] = column("state", "enum('new','on','half','off')"));
    assert_eq!(
        statements,
        [
            "ALTER TYPE app.user_state ADD VALUE 'new' BEFORE 'on'",
            "ALTER TYPE app.user_state ADD VALUE 'half' AFTER 'on'"
        ]
    );
}

#[test]
fn a_narrower_type_keeps_the_column() {
    let (statements, _) = followed(|t| t.columns[1] = column("name", "varchar(5)").not_null());
    assert!(statements.is_empty(), "{statements:?}");
}

#[test]
fn another_type_is_refused() {
    let refusal = refused(|t| t.columns[3] = column("amount", "decimal(10,4)"));
    assert!(
        refusal.what.contains("decimal(10,2) to decimal(10,4)"),
        "{refusal:?}"
    );
    assert!(refusal.hint.contains("TYPE numeric(10,4)"), "{refusal:?}");
}

#[test]
fn a_dropped_column_is_the_operators_to_decide() {
    let refusal = refused(|t| drop(t.columns.remove(1)));
    assert!(refusal.hint.contains("DROP COLUMN \"name\""), "{refusal:?}");
    let kept = after(|t| drop(t.columns.remove(1)), true).expect("kept");
    assert_eq!(kept.map.columns.len(), 3);
    assert_eq!(
        kept.steps[0].statements,
        ["ALTER TABLE \"app\".\"user\" ALTER COLUMN \"name\" DROP NOT NULL"]
    );
}

#[test]
fn a_renamed_column_is_renamed() {
    let (statements, pairs) = followed(|t| t.columns[1].name = "title".into());
    assert_eq!(
        statements,
        ["ALTER TABLE \"app\".\"user\" RENAME COLUMN \"name\" TO \"title\""]
    );
    assert_eq!(pairs, [("title".to_owned(), "title".to_owned())]);
}

#[test]
fn a_key_that_goes_is_refused() {
    let refusal = refused(|t| t.indexes.clear());
    assert!(refusal.what.contains("from (id) to none"), "{refusal:?}");
}

#[test]
fn names_that_swap_are_noticed() {
    let mut old = before();
    old.columns.push(column("a", "int"));
    old.columns.push(column("b", "int"));
    let mut now = old.clone();
    now.columns[4].name = "b".into();
    now.columns[5].name = "a".into();
    assert_eq!(compare(&old, &now), [Change::ColumnsMoved]);
    assert!(!Change::ColumnsMoved.stops());
}
