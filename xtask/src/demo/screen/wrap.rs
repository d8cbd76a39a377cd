//! Breaking long lines between words.

/// The lines of at most `columns` characters that a line breaks into; all but the first are indented. A line that fits stays as
/// it is, and so does a word that is longer than a line.
pub fn broken(line: &str, columns: usize) -> Vec<String> {
    if line.chars().count() <= columns {
        return vec![line.to_string()];
    }
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split(' ') {
        let longer = current.chars().count() + 1 + word.chars().count();
        if current.trim().is_empty() {
            current.push_str(word);
        } else if longer <= columns {
            current.push(' ');
            current.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut current, format!("  {word}")));
        }
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn lines_break_between_words_and_columns_stay() {
        assert_eq!(broken("a   b", 80), ["a   b"]);
        assert_eq!(broken("one two three", 9), ["one two", "  three"]);
        assert_eq!(broken("muchtoolong word", 5), ["muchtoolong", "  word"]);
    }
}
