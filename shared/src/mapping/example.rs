//! Catalogues made by hand, for the tests of scaffold and check.

use super::catalog::{
    Family, IndexColumn, LegacyCatalog, LegacyCheck, LegacyColumn, LegacyForeignKey, LegacyIndex,
    LegacyObject, LegacyTable,
};

/// A catalogue of these tables, in database `shop`.
pub(crate) fn catalog(tables: Vec<LegacyTable>) -> LegacyCatalog {
    LegacyCatalog {
        database: "shop".to_owned(),
        tables,
        others: Vec::new(),
    }
}

/// An InnoDB table.
pub(super) fn table(name: &str, columns: Vec<LegacyColumn>) -> LegacyTable {
    LegacyTable {
        name: name.to_owned(),
        engine: "InnoDB".to_owned(),
        columns,
        ..LegacyTable::default()
    }
}

/// A column that allows NULL; `column_type` is printed as the server prints it, `varchar(20)`.
pub(crate) fn column(name: &str, column_type: &str) -> LegacyColumn {
    let data_type = column_type.split([' ', '(']).next().unwrap_or_default();
    let numbers: Vec<u64> = column_type
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let first = numbers.first().copied();
    let text = matches!(
        data_type,
        "char" | "varchar" | "text" | "longtext" | "enum" | "set"
    );
    let temporal = matches!(data_type, "datetime" | "timestamp" | "time");
    LegacyColumn {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        column_type: column_type.to_owned(),
        nullable: true,
        length: match data_type {
            "char" | "varchar" | "binary" | "varbinary" => first,
            "text" => Some(65_535),
            _ => None,
        },
        precision: first.filter(|_| data_type == "decimal"),
        scale: numbers.get(1).copied().filter(|_| data_type == "decimal"),
        fraction: temporal.then(|| first.unwrap_or(0) as u8),
        charset: text.then(|| "utf8mb4".to_owned()),
        collation: text.then(|| "utf8mb4_0900_ai_ci".to_owned()),
        ..LegacyColumn::default()
    }
}

/// What most test columns need changed.
pub(super) trait Column {
    fn not_null(self) -> Self;
    fn literal(self, text: &str) -> Self;
    fn default_expression(self, text: &str) -> Self;
    fn extra(self, text: &str) -> Self;
    fn generated(self, text: &str) -> Self;
    fn collate(self, collation: &str) -> Self;
}

impl Column for LegacyColumn {
    fn not_null(self) -> Self {
        Self {
            nullable: false,
            ..self
        }
    }

    fn literal(self, text: &str) -> Self {
        Self {
            default: Some(text.to_owned()),
            ..self
        }
    }

    fn default_expression(self, text: &str) -> Self {
        Self {
            default_is_expression: true,
            ..self.literal(text)
        }
    }

    fn extra(self, text: &str) -> Self {
        Self {
            extra: text.to_owned(),
            ..self
        }
    }

    fn generated(self, text: &str) -> Self {
        Self {
            generation: Some(text.to_owned()),
            ..self
        }
    }

    fn collate(self, collation: &str) -> Self {
        Self {
            collation: Some(collation.to_owned()),
            ..self
        }
    }
}

/// What most test tables need added.
pub(super) trait Table {
    fn key(self, columns: &[&str]) -> Self;
    fn index(self, name: &str, unique: bool, columns: &[&str]) -> Self;
    fn foreign_key(self, name: &str, column: &str, parent: (&str, &str)) -> Self;
    fn check(self, name: &str, expression: &str) -> Self;
}

impl Table for LegacyTable {
    fn key(self, columns: &[&str]) -> Self {
        self.index("PRIMARY", true, columns)
    }

    /// A part may be written `name(10)` for a prefix, or `name DESC`.
    fn index(mut self, name: &str, unique: bool, columns: &[&str]) -> Self {
        self.indexes.push(LegacyIndex {
            name: name.to_owned(),
            unique,
            kind: "BTREE".to_owned(),
            invisible: false,
            columns: columns.iter().map(|text| part(text)).collect(),
        });
        self
    }

    fn foreign_key(mut self, name: &str, column: &str, parent: (&str, &str)) -> Self {
        self.foreign_keys.push(LegacyForeignKey {
            name: name.to_owned(),
            columns: vec![column.to_owned()],
            parent_database: "shop".to_owned(),
            parent_table: parent.0.to_owned(),
            parent_columns: vec![parent.1.to_owned()],
            on_delete: "CASCADE".to_owned(),
            on_update: "NO ACTION".to_owned(),
        });
        self
    }

    fn check(mut self, name: &str, expression: &str) -> Self {
        self.checks.push(LegacyCheck {
            name: name.to_owned(),
            expression: expression.to_owned(),
            not_enforced: false,
        });
        self
    }
}

fn part(text: &str) -> IndexColumn {
    let (text, descending) = match text.strip_suffix(" DESC") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (name, prefix) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((name, length)) => (name, length.parse().ok()),
        None => (text, None),
    };
    IndexColumn {
        name: Some(name.to_owned()),
        expression: None,
        prefix,
        descending,
    }
}

/// A table with a primary key `id`, an AUTO_INCREMENT of type INT UNSIGNED, and these columns.
pub(crate) fn numbered(name: &str, columns: Vec<LegacyColumn>) -> LegacyTable {
    let id = column("id", "int unsigned")
        .not_null()
        .extra("auto_increment");
    table(name, [vec![id], columns].concat()).key(&["id"])
}

/// Sites and their telephone switches: a bit of everything that a scaffold translates, as `family` prints it.
pub(super) fn telephones(family: Family) -> LegacyCatalog {
    let mut catalog = catalog(vec![sites(family), switches(family)]);
    catalog.others = vec![
        object("procedure", "move_user", None),
        object("trigger", "log_move", Some("switches")),
        object("view", "busy_switches", None),
    ];
    catalog
}

/// What each family prints.
fn by(family: Family, on_mysql: &'static str, on_mariadb: &'static str) -> &'static str {
    match family {
        Family::Mysql => on_mysql,
        Family::Mariadb => on_mariadb,
    }
}

fn sites(family: Family) -> LegacyTable {
    let by = |on_mysql, on_mariadb| by(family, on_mysql, on_mariadb);
    let collation = by("utf8mb4_0900_ai_ci", "utf8mb4_general_ci");
    let mut sites = numbered(
        "sites",
        vec![
            column("code", "char(4)")
                .not_null()
                .collate(by("utf8mb4_0900_bin", "utf8mb4_nopad_bin")),
            column("label", "varchar(40)")
                .collate(collation)
                .literal(by("it's \\ 1", "'it''s \\\\ 1'")),
            column("location", "point"),
        ],
    )
    .index("code", true, &["code"])
    .index("place", false, &["location"])
    .check("code_is_set", by("(`code` <> _utf8mb4'')", "`code` <> ''"));
    sites.auto_increment = Some(42);
    sites.comment = "where switches stand".to_owned();
    sites.indexes[2].kind = "SPATIAL".to_owned();
    sites
}

fn switches(family: Family) -> LegacyTable {
    let by = |on_mysql, on_mariadb| by(family, on_mysql, on_mariadb);
    let mut switches = table(
        "switches",
        vec![
            column("id", "bigint unsigned")
                .not_null()
                .extra("auto_increment"),
            column("site_id", "int unsigned").not_null(),
            column("kind", "enum('small','it''s big')").literal(by("it's big", "'it''s big'")),
            column("flags", "set('a','b')").literal(by("a,b", "'a,b'")),
            column("ports", "smallint unsigned")
                .not_null()
                .literal("24"),
            column("price", "decimal(10,2)").literal("9.50"),
            column("total", "decimal(20,2)")
                .extra("stored generated")
                .generated(by("(`price` * `ports`)", "`price` * `ports`")),
            column("upper_label", "varchar(10)")
                .extra("virtual generated")
                .generated("upper(`kind`)"),
            column("opened", "datetime(3)")
                .default_expression(by("CURRENT_TIMESTAMP(3)", "current_timestamp(3)")),
            column("changed", "timestamp")
                .not_null()
                .default_expression(by("CURRENT_TIMESTAMP", "current_timestamp()"))
                .extra("on update current_timestamp"),
            column("closed", "date")
                .not_null()
                .literal(by("0000-00-00", "'0000-00-00'")),
            column("mask", "bit(6)").literal("b'101'"),
            column("note", "text"),
        ],
    )
    .key(&["id"])
    .index("site", false, &["site_id", "opened DESC"])
    .index("code", false, &["note(20)"])
    .foreign_key("switch_site", "site_id", ("sites", "id"))
    .check(
        "few_ports",
        by("(`ports` between 1 and 960)", "`ports` between 1 and 960"),
    )
    .check(
        "named",
        by("(`note` like _utf8mb4'x%')", "`note` like 'x%'"),
    );
    switches.columns[12].comment = "free text".to_owned();
    switches.partitioned = true;
    switches
}

/// Something that is not a table.
pub(super) fn object(kind: &str, name: &str, table: Option<&str>) -> LegacyObject {
    LegacyObject {
        kind: kind.to_owned(),
        name: name.to_owned(),
        table: table.map(str::to_owned),
        detail: table.map(|_| "AFTER UPDATE".to_owned()),
    }
}
