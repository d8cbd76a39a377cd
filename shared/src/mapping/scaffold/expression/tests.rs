//! Expressions as both families print them.

use super::*;

fn scope() -> Scope {
    let mut scope = Scope::default();
    let mut add = |name: &str, kind| scope.add(name, format!("\"{name}\""), kind);
    let number = |scale| Kind::Number {
        scale,
        padded: false,
    };
    add("a", number(0));
    add("b", number(0));
    add("price", number(2));
    add("wide", number(20));
    add("f", Kind::Double);
    add(
        "ci",
        Kind::Text {
            exact: false,
            utf8: true,
        },
    );
    add(
        "bin",
        Kind::Text {
            exact: true,
            utf8: false,
        },
    );
    add("e", Kind::Enum(vec!["x".into(), "it's".into()]));
    add("d", Kind::Date);
    add("dt", Kind::DateTime);
    add("ts", Kind::Timestamp);
    add("blob", Kind::Opaque);
    scope
}

fn yes(text: &str) -> String {
    condition(text, &scope()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn no(text: &str) -> String {
    condition(text, &scope()).expect_err(text)
}

#[test]
fn conditions_as_mysql_prints_them() {
    assert_eq!(
        yes("((`a` > 0) and (`b` <= (`a` + 1)))"),
        "((\"a\" > 0) AND (\"b\" <= (\"a\"::numeric + 1::numeric)))"
    );
    assert_eq!(
        yes("(`e` in (_utf8mb4'x',_utf8mb4'it\\'s'))"),
        "(\"e\" IN ('x', 'it''s'))"
    );
    assert_eq!(
        yes("(`price` between 0.01 and 100)"),
        "(\"price\" BETWEEN 0.01 AND 100)"
    );
    assert_eq!(yes("(`blob` is not null)"), "(\"blob\" IS NOT NULL)");
    assert_eq!(yes("(0 <> `a`)"), "(0 <> \"a\")");
    assert_eq!(yes("(`A` <=> `b`)"), "(\"a\" IS NOT DISTINCT FROM \"b\")");
}

#[test]
fn conditions_as_mariadb_prints_them() {
    assert_eq!(
        yes("`a` > 0 and `b` <> -1 or not `a` = 3"),
        "(((\"a\" > 0) AND (\"b\" <> (- 1))) OR (NOT (\"a\" = 3)))"
    );
    assert_eq!(
        yes("`bin` <> 'x' and `a`"),
        "((\"bin\" <> 'x') AND (\"a\" <> 0))"
    );
    assert_eq!(yes("`d` >= '2000-01-01'"), "(\"d\" >= DATE '2000-01-01')");
    assert_eq!(
        yes("`dt` between '2000-01-01 00:00:00' and `d`"),
        "(\"dt\" BETWEEN TIMESTAMP '2000-01-01 00:00:00' AND \"d\")"
    );
    assert_eq!(
        yes("`a` not in (1,2) and char_length(`ci`) > 2"),
        "((\"a\" NOT IN (1, 2)) AND (char_length(\"ci\") > 2))"
    );
    assert_eq!(
        yes("1 + `a` * 2 - `b` = 0"),
        "(((1::numeric + (\"a\"::numeric * 2::numeric)) - \"b\"::numeric) = 0)"
    );
}

#[test]
fn what_would_mean_something_else_is_refused() {
    assert_eq!(
        no("`ci` <> ''"),
        "its collation ignores what PostgreSQL does not"
    );
    assert_eq!(no("`bin` < 'x'"), "PostgreSQL orders text differently");
    assert_eq!(no("`ci` like 'a%'"), "like is not translated");
    assert_eq!(no("`a` / 2 > 1"), "operator / is not translated");
    assert_eq!(
        no("`a` > '5'"),
        "its two sides would be converted to compare them"
    );
    assert_eq!(
        no("`e` = 'X'"),
        "its two sides would be converted to compare them"
    );
    assert_eq!(no("`d` > '0000-00-00'"), "the literal is not a plain date");
    assert_eq!(no("`d` > '2001-02-29'"), "the literal is not a plain date");
    assert_eq!(
        no("`ts` > '2001-01-01 00:00:00'"),
        "its two sides would be converted to compare them"
    );
    assert_eq!(
        no("json_valid(`ci`)"),
        "function json_valid is not translated"
    );
    assert_eq!(no("length(`bin`) > 1"), "function length is not translated");
    assert_eq!(no("`ci`"), "a text or a date is not a condition");
    assert_eq!(no("`nope` = 1"), "column `nope` cannot be named there");
    assert_eq!(no("`a` = b'101'"), "literal b'...' is not translated");
    assert_eq!(no("`a` = 0x10"), "number 0... is not translated");
    assert_eq!(no("`a` = 1e3"), "number 1... is not translated");
    assert_eq!(no("`a` = 'open"), "a quote is not closed");
    assert_eq!(no("`a` = "), "it ends too early");
    assert_eq!(no(&"(".repeat(5000)), "it is nested too deeply");
    assert_eq!(
        no("`wide` * `wide` > 1"),
        "the legacy server would round it"
    );
}

#[test]
fn values_for_generated_columns() {
    let text = Kind::Text {
        exact: false,
        utf8: true,
    };
    let number = Kind::Number {
        scale: 2,
        padded: false,
    };
    let value = |sql: &str, target: &Kind| value(sql, &scope(), target);
    assert_eq!(
        value("concat(`ci`,_utf8mb4' it\\'s \\\\ ',`a`)", &text).as_deref(),
        Ok("(\"ci\" || E' it''s \\\\ '::text || \"a\"::text)")
    );
    assert_eq!(
        value("(`price` * `a`)", &number).as_deref(),
        Ok("(\"price\"::numeric * \"a\"::numeric)")
    );
    assert_eq!(
        value("(`a` > `b`)", &number).as_deref(),
        Ok("(\"a\" > \"b\")::integer")
    );
    assert_eq!(
        value("ifnull(`price`,`price`)", &number).as_deref(),
        Ok("COALESCE(\"price\", \"price\")")
    );
    assert_eq!(
        value("`f` * 2", &Kind::Double).as_deref(),
        Ok("(\"f\"::double precision * 2::double precision)")
    );
    assert!(value("`f` * 2", &number).is_err());
    assert!(value("concat(`d`)", &text).is_err());
    assert!(value("`a`", &text).is_err());
}
