//! What a link's log is read for.

use std::sync::Arc;

use tandem_shared::binlog::{KeyColumn, KeyKind, Watch, Watched};
use tandem_shared::mapping::catalog::{LegacyCatalog, LegacyColumn, LegacyTable};
use tandem_shared::plan::TablePlan;

/// Names compare by case unless the server says that it folds them.
pub fn watch(catalog: &LegacyCatalog, plans: &[Arc<TablePlan>], case_matters: bool) -> Watch {
    let mut tables = Vec::new();
    for plan in plans {
        let name = &plan.source.table;
        let Some(table) = catalog.tables.iter().find(|table| table.name == *name) else {
            continue;
        };
        let key = key(table, plan);
        let outbox = key.iter().enumerate().map(|(at, column)| KeyColumn {
            at: at + 2,
            kind: column.kind,
        });
        tables.push(Watched {
            number: plan.table_no,
            database: plan.source.outbox_schema.clone(),
            table: plan.outbox(),
            key: outbox.collect(),
            outbox: true,
        });
        tables.push(Watched {
            number: plan.table_no,
            database: plan.source.database.clone(),
            table: name.clone(),
            key,
            outbox: false,
        });
    }
    Watch {
        tables,
        case_matters,
    }
}

fn key(table: &LegacyTable, plan: &TablePlan) -> Vec<KeyColumn> {
    let place = |name: &str| {
        let same = |column: &LegacyColumn| column.name.eq_ignore_ascii_case(name);
        let at = table.columns.iter().position(same)?;
        let column = &table.columns[at];
        let kind = match column.data_type.as_str() {
            "uuid" => KeyKind::Uuid,
            "inet4" => KeyKind::Fixed(4),
            "inet6" => KeyKind::Fixed(16),
            _ if column.unsigned() => KeyKind::Unsigned,
            _ => KeyKind::Plain,
        };
        Some(KeyColumn { at, kind })
    };
    plan.key_columns()
        .filter_map(|column| place(&column.source))
        .collect()
}
