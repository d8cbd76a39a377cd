//! `:link`, `:schema`, `:outbox`, `:database` and `:folder` in the SQL of a case.

/// The names without the colon, and what stands for them.
pub type Variables = Vec<(&'static str, String)>;

/// Puts values in the place of names that stand alone.
pub fn replace(sql: &str, variables: &Variables) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(':') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let free = !text.ends_with(|c: char| c.is_alphanumeric() || c == ':');
        let name_end = from[1..]
            .find(|c: char| !c.is_ascii_alphabetic())
            .map_or(from.len(), |end| end + 1);
        let found = variables
            .iter()
            .find(|(name, _)| *name == &from[1..name_end]);
        match found {
            Some((_, value)) if free => {
                text.push_str(value);
                rest = &from[name_end..];
            }
            _ => {
                text.push(':');
                rest = &from[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn only_names_that_stand_alone() {
        let variables = vec![
            ("link", String::from("l1")),
            ("schema", String::from("app")),
        ];
        let text = "SELECT ':link', 1::schema, :schema.t, '12:linked', '1:link', :other, ':'";
        assert_eq!(
            replace(text, &variables),
            "SELECT 'l1', 1::schema, app.t, '12:linked', '1:link', :other, ':'"
        );
        assert_eq!(replace("ü:link_x", &variables), "ü:link_x");
        assert_eq!(replace("':link_x'", &variables), "'l1_x'");
    }
}
