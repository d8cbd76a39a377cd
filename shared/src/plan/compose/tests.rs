//! What composes, what the statements of the result look like, and what is refused.

use super::*;
use crate::mapping::document::{ColumnMap, Document};
use crate::mapping::example::{self, column, numbered};

const MAP: &str = r#"{ "format": 1, "tables": [
  { "source": { "table": "users", "key": ["id"], "filter": "name <> ''",
                "joins": [ { "as": "site", "table": "sites", "on": { "id": "site_id" } } ] },
    "target": { "schema": "app", "table": "person" },
    "columns": [ { "kind": "copy", "source": "id", "target": "id" },
                 { "kind": "copy", "source": "site.code", "target": "site" } ] } ] }"#;

fn composed(document: &Document) -> Result<TablePlan, CompileError> {
    let legacy = example::catalog(vec![
        numbered("sites", vec![column("code", "varchar(9)")]),
        numbered(
            "users",
            vec![
                column("site_id", "int unsigned"),
                column("name", "varchar(9)"),
            ],
        ),
    ]);
    let column = |name: &str, type_name: &str, upgrade| UpgradeColumn {
        name: name.into(),
        type_name: type_name.into(),
        upgrade,
        identity_always: false,
    };
    let target = TargetSpec {
        columns: vec![
            column("id", "bigint", UpgradeType::Int8),
            column("site", "text", UpgradeType::Text),
        ],
        unique: vec![vec!["id".into()]],
    };
    compose(&ComposeSpec {
        table_no: 1,
        link_key: 5,
        link: "legacy",
        family: Family::Mysql,
        legacy: &legacy,
        outbox_schema: "tandem",
        map: &document.tables[0],
        targets: &[target],
        keys: &[],
    })
}

#[test]
fn a_join_is_read_in_the_pull_and_notified_by_its_values() {
    let document = Document::from_json(MAP).expect("a document");
    let plan = composed(&document).expect("a plan");
    let outbox = crate::plan::sql::legacy::create_outbox(&plan);
    assert!(
        outbox.contains("k1 int unsigned NULL, v1_1 int unsigned NULL"),
        "{outbox}"
    );
    let pull = crate::plan::sql::legacy::pull_rows(&plan);
    assert!(pull.contains("UNION SELECT t.`id` FROM"), "{pull}");
    assert!(
        pull.contains("LEFT JOIN `shop`.`sites` j1 ON j1.`id` = t.`site_id`"),
        "{pull}"
    );
    let upserts = crate::plan::sql::adapter::upserts(&plan);
    assert!(
        upserts[0].starts_with("DELETE FROM \"app\".\"person\" AS t"),
        "{upserts:?}"
    );
    assert!(
        upserts[1].contains("WHERE (name <> '')) AS s ON t.\"id\" = s.\"id\""),
        "{upserts:?}"
    );
}

#[test]
fn a_key_that_comes_from_anything_else_is_refused() {
    let mut document = Document::from_json(MAP).expect("a document");
    document.tables[0].columns[0] = ColumnMap::copy("site_id", "id");
    let error = composed(&document).expect_err("no key");
    assert!(
        matches!(
            error,
            CompileError::Map {
                code: Code::TargetKeyNotDerived,
                ..
            }
        ),
        "{error}"
    );
}
