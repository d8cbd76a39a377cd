//! Rust text with everything that is not code blanked out.
//!
//! Promises: the result has the same lines as the text, so that a place in one is the same place in the other; comments,
//! strings and character literals are spaces. Called by the rules that look for words or count braces.

/// Blanks comments, strings and character literals of `text`.
pub fn mask(text: &str) -> String {
    let mut masker = Masker {
        chars: text.chars().collect(),
        at: 0,
        out: String::with_capacity(text.len()),
    };
    while masker.at < masker.chars.len() {
        masker.step();
    }
    masker.out
}

struct Masker {
    chars: Vec<char>,
    at: usize,
    out: String,
}

impl Masker {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn keep(&mut self) {
        self.out.push(self.chars[self.at]);
        self.at += 1;
    }

    fn blank(&mut self, count: usize) {
        for _ in 0..count {
            let Some(&char) = self.chars.get(self.at) else {
                return;
            };
            self.out.push(if char == '\n' { '\n' } else { ' ' });
            self.at += 1;
        }
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => {
                while self.at < self.chars.len() && self.peek(0) != '\n' {
                    self.blank(1);
                }
            }
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', next) => self.quote(next),
            ('r' | 'b' | 'c', _) if !self.inside_word() && self.raw_string() => {}
            _ => self.keep(),
        }
    }

    fn inside_word(&self) -> bool {
        self.at > 0 && (self.chars[self.at - 1].is_alphanumeric() || self.chars[self.at - 1] == '_')
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    self.blank(1);
                    continue;
                }
            }
            self.blank(2);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.blank(1);
        while self.at < self.chars.len() {
            match self.peek(0) {
                '\\' => self.blank(2),
                '"' => return self.blank(1),
                _ => self.blank(1),
            }
        }
    }

    /// A character literal, or a lifetime, which is code.
    fn quote(&mut self, next: char) {
        if next == '\\' {
            self.blank(3);
            while self.at < self.chars.len() && self.peek(0) != '\'' {
                self.blank(1);
            }
            self.blank(1);
        } else if self.peek(2) == '\'' {
            self.blank(3);
        } else {
            self.keep();
        }
    }

    /// A raw string with any prefix, if there is one here.
    fn raw_string(&mut self) -> bool {
        let mut start = 0;
        while matches!(self.peek(start), 'r' | 'b' | 'c') {
            start += 1;
        }
        let raw = (0..start).any(|ahead| self.peek(ahead) == 'r');
        let mut hashes = 0;
        while self.peek(start + hashes) == '#' {
            hashes += 1;
        }
        if !raw || start > 2 || self.peek(start + hashes) != '"' {
            return false;
        }
        self.blank(start + hashes + 1);
        while self.at < self.chars.len() {
            let closes = self.peek(0) == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == '#');
            if closes {
                self.blank(1 + hashes);
                return true;
            }
            self.blank(1);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn only_code_is_left() {
        let text = "let a = \"{ // \\\" }\"; // { }\nlet b = 'x'; let c: &'a str = r#\"{\"{\"#; /* { /* { */ */ d\n";
        let masked = mask(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.lines().count(), 2);
        assert!(!masked.contains(['{', '}', '"', 'x']));
        assert!(masked.contains("&'a str") && masked.ends_with(" d\n"));
        let prefixed = mask("'\\'' '\\u{1}' b\"{\" br\"{\" bar");
        assert_eq!(
            prefixed.split_whitespace().collect::<Vec<_>>(),
            ["b", "bar"]
        );
    }
}
