//! Parsing an expression with MySQL's precedence.
//!
//! From weak to strong: OR, AND, NOT, comparisons with IN, BETWEEN and IS, then + and -, then *, then the unary signs. Everything else is
//! refused by name.

use super::token::{Token, cut};

/// A parsed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    Column(String),
    Number(String),
    Text(String),
    Null,
    Bool(bool),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    /// `and` or `or`.
    Logic(&'static str, Box<Expr>, Box<Expr>),
    /// `=`, `<>`, `<`, `<=`, `>`, `>=`, `<=>`.
    Compare(&'static str, Box<Expr>, Box<Expr>),
    /// `+`, `-`, `*`.
    Arithmetic(&'static str, Box<Expr>, Box<Expr>),
    /// The flag is true for NOT.
    IsNull(Box<Expr>, bool),
    In(Box<Expr>, Vec<Expr>, bool),
    Between(Box<Expr>, Box<Expr>, Box<Expr>, bool),
    Call(String, Vec<Expr>),
}

/// Nesting deeper than this is refused, so that a hostile catalogue cannot exhaust the stack.
const MAX_DEPTH: usize = 100;

/// Parses the whole text.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let mut parser = Parser {
        tokens: cut(text)?,
        at: 0,
        depth: 0,
    };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(unexpected(token)),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

fn unexpected(token: &Token) -> String {
    match token {
        Token::Name(text) => format!("`{text}` is not expected there"),
        Token::Word(text) | Token::Number(text) => format!("{text} is not translated"),
        Token::Text(_) => "a literal is not expected there".to_owned(),
        Token::Symbol(text) => format!("operator {text} is not translated"),
    }
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take_symbol(&mut self, wanted: &[&str]) -> Option<&'static str> {
        match self.peek() {
            Some(Token::Symbol(symbol)) if wanted.contains(symbol) => {
                let symbol = *symbol;
                self.at += 1;
                Some(symbol)
            }
            _ => None,
        }
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word)) if word == wanted);
        self.at += usize::from(found);
        found
    }

    fn expect_symbol(&mut self, wanted: &'static str) -> Result<(), String> {
        match self.take_symbol(&[wanted]) {
            Some(_) => Ok(()),
            None => Err(self
                .peek()
                .map_or_else(|| format!("{wanted} is missing"), unexpected)),
        }
    }

    fn or(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let mut left = self.and()?;
        while self.take_word("or") || self.take_symbol(&["||"]).is_some() {
            left = Expr::Logic("OR", Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut left = self.not()?;
        while self.take_word("and") || self.take_symbol(&["&&"]).is_some() {
            left = Expr::Logic("AND", Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, String> {
        let mut negations = 0;
        while self.take_word("not") {
            negations += 1;
        }
        let mut expr = self.comparison()?;
        for _ in 0..negations {
            expr = Expr::Not(Box::new(expr));
        }
        Ok(expr)
    }

    fn comparison(&mut self) -> Result<Expr, String> {
        let mut left = self.sum()?;
        loop {
            if let Some(symbol) = self.take_symbol(&["=", "<>", "!=", "<", "<=", ">", ">=", "<=>"])
            {
                let symbol = if symbol == "!=" { "<>" } else { symbol };
                left = Expr::Compare(symbol, Box::new(left), Box::new(self.sum()?));
            } else if self.take_word("is") {
                let negated = self.take_word("not");
                if !self.take_word("null") {
                    return Err("IS is translated with NULL only".to_owned());
                }
                left = Expr::IsNull(Box::new(left), negated);
            } else {
                let start = self.at;
                let negated = self.take_word("not");
                if self.take_word("in") {
                    left = Expr::In(Box::new(left), self.list()?, negated);
                } else if self.take_word("between") {
                    let low = self.sum()?;
                    if !self.take_word("and") {
                        return Err("AND is missing after BETWEEN".to_owned());
                    }
                    let high = self.sum()?;
                    left = Expr::Between(Box::new(left), Box::new(low), Box::new(high), negated);
                } else {
                    self.at = start;
                    return Ok(left);
                }
            }
        }
    }

    fn sum(&mut self) -> Result<Expr, String> {
        let mut left = self.product()?;
        while let Some(symbol) = self.take_symbol(&["+", "-"]) {
            left = Expr::Arithmetic(symbol, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr, String> {
        let mut left = self.unary()?;
        while let Some(symbol) = self.take_symbol(&["*"]) {
            left = Expr::Arithmetic(symbol, Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, String> {
        let mut signs = 0usize;
        while let Some(sign) = self.take_symbol(&["-", "+"]) {
            signs += usize::from(sign == "-");
        }
        let mut expr = self.primary()?;
        if signs % 2 == 1 {
            expr = Expr::Negative(Box::new(expr));
        }
        Ok(expr)
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let Some(token) = self.peek().cloned() else {
            return Err("it ends too early".to_owned());
        };
        self.at += 1;
        match token {
            Token::Name(name) => Ok(Expr::Column(name)),
            Token::Number(number) => Ok(Expr::Number(number)),
            Token::Text(text) => Ok(Expr::Text(text)),
            Token::Symbol("(") => {
                let inner = self.or()?;
                self.expect_symbol(")")?;
                Ok(inner)
            }
            Token::Word(word) => match word.as_str() {
                "null" => Ok(Expr::Null),
                "true" => Ok(Expr::Bool(true)),
                "false" => Ok(Expr::Bool(false)),
                _ if self.peek() == Some(&Token::Symbol("(")) => {
                    self.list().map(|arguments| Expr::Call(word, arguments))
                }
                _ => Err(format!("{word} is not translated")),
            },
            other => Err(unexpected(&other)),
        }
    }

    /// Expressions in parentheses, separated by commas; possibly none.
    fn list(&mut self) -> Result<Vec<Expr>, String> {
        self.expect_symbol("(")?;
        let mut items = Vec::new();
        if self.take_symbol(&[")"]).is_some() {
            return Ok(items);
        }
        loop {
            items.push(self.or()?);
            if self.take_symbol(&[","]).is_none() {
                break;
            }
        }
        self.expect_symbol(")")?;
        Ok(items)
    }
}
