//! `case.toml`: what a case is about, what a DBA sees happen, and how it is to be played.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, ensure};
use serde::Deserialize;

use crate::servers::LegacyEngine;

/// A case, as its `case.toml` describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// One line.
    pub title: String,
    /// Types or statements: the rows of the page that the case belongs to.
    pub about: Vec<String>,
    /// One or two sentences: what a DBA sees happen.
    pub happens: String,
    /// Numbers of the edge cases of type conversion that it covers.
    #[serde(default)]
    pub peers: Vec<u32>,
    /// Issues of other systems, as `org/repo#123`, that must not happen here.
    #[serde(default)]
    pub issues: Vec<String>,
    /// The legacy servers that it is for; all of them when none is named.
    #[serde(default)]
    pub legacy: Vec<String>,
    /// Why it is not for all legacy servers.
    pub why: Option<String>,
    /// Why it is not for links that capture from the binary log.
    pub triggers_only: Option<String>,
    /// Whether no other case may run meanwhile: restarts, global variables, much work.
    #[serde(default)]
    pub alone: bool,
    /// What a comparison must find.
    #[serde(default)]
    pub verify: Verify,
    /// Seconds that the link may take to catch up each time; 90 unless said, 140 at most.
    pub patience_s: Option<u32>,
    /// Options of the link's server.
    #[serde(default)]
    pub options: BTreeMap<String, Setting>,
    /// Settings of a legacy server that is made for this case.
    #[serde(default)]
    pub legacy_settings: BTreeMap<String, Setting>,
    /// Extensions that the upgrade database must have; the case is left out where the server has not got them.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// Statements that every session on the legacy server begins with.
    #[serde(default)]
    pub each_session: Vec<String>,
    /// The same once more under other conditions.
    #[serde(default)]
    pub variants: BTreeMap<String, Variant>,
}

/// The conditions under which a case is played once more; what is not said stays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Other legacy servers than the case's.
    pub legacy: Option<Vec<String>>,
    /// More options of the link's server.
    #[serde(default)]
    pub options: BTreeMap<String, Setting>,
    /// More settings of a legacy server that is made for it.
    #[serde(default)]
    pub legacy_settings: BTreeMap<String, Setting>,
    /// More statements that every session on the legacy server begins with.
    #[serde(default)]
    pub each_session: Vec<String>,
}

impl Variant {
    /// What is different, in words.
    pub fn conditions(&self) -> String {
        let settings = self.options.iter().chain(&self.legacy_settings);
        let settings = settings.map(|(name, value)| format!("{name} = {value}"));
        let all: Vec<String> = settings.chain(self.each_session.iter().cloned()).collect();
        all.join(", ")
    }

    /// The case under these conditions.
    fn of(&self, case: &Case) -> Case {
        let mut other = case.clone();
        if let Some(legacy) = &self.legacy {
            other.legacy.clone_from(legacy);
        }
        other.options.extend(self.options.clone());
        other.legacy_settings.extend(self.legacy_settings.clone());
        other.each_session.extend(self.each_session.iter().cloned());
        other
    }
}

/// What `tandem.verify` must find, after the copy and after the changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verify {
    /// Nothing.
    #[default]
    Equal,
    /// As many rows of each table as `tandem.parked` shows, and in the end at least one.
    Parked,
    /// Anything: the case shows it in its expected rows.
    Anything,
}

/// A value of an option or a setting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
}

impl fmt::Display for Setting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(out, "{flag}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => write!(out, "{text}"),
        }
    }
}

impl Case {
    /// Reads a `case.toml`.
    pub fn parse(text: &str) -> Result<Self> {
        let case: Self = toml::from_str(text)?;
        for (name, value) in [("title", &case.title), ("happens", &case.happens)] {
            ensure!(!value.trim().is_empty(), "\"{name}\" is empty");
            ensure!(
                !value.trim().contains('\n'),
                "\"{name}\" is longer than a line"
            );
        }
        ensure!(!case.about.is_empty(), "\"about\" names nothing");
        let variants = case.variants.values();
        let more = variants
            .filter_map(|variant| variant.legacy.as_ref())
            .flatten();
        for engine in case.legacy.iter().chain(more) {
            engine.parse::<LegacyEngine>()?;
        }
        ensure!(
            case.legacy.is_empty() == case.why.is_none(),
            "\"why\" must say why \"legacy\" does not name all servers, and nothing else"
        );
        Ok(case)
    }

    /// Whether it is for this legacy server.
    pub fn is_for(&self, engine: &str) -> bool {
        self.legacy.is_empty() || self.legacy.iter().any(|only| only == engine)
    }

    /// The case under the conditions of its variants, with their names.
    pub fn varied(&self) -> impl Iterator<Item = (&str, Self)> {
        let variants = self.variants.iter();
        variants.map(|(name, variant)| (name.as_str(), variant.of(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, Setting, Verify};

    const LEAST: &str = "title = 't'\nabout = ['INT']\nhappens = 'h'\n";

    #[test]
    fn the_least_that_a_case_says() {
        let case = Case::parse(LEAST).expect("a case");
        assert!(case.is_for("mysql-9.7") && !case.alone && case.verify == Verify::Equal);
    }

    #[test]
    fn options_of_every_kind() {
        let text = format!(
            "{LEAST}verify = 'parked'\n[options]\nbatch_rows = 3\nhost = 'x'\nplain = true"
        );
        let case = Case::parse(&text).expect("a case");
        assert_eq!(case.options["batch_rows"], Setting::Number(3));
        assert_eq!(case.options["plain"].to_string(), "true");
        assert_eq!(case.verify, Verify::Parked);
    }

    #[test]
    fn variants_add_to_the_case() {
        let text = format!(
            "{LEAST}[options]\na = 1\n[variants.two]\nlegacy = ['mysql-9.7']\n\
             options = {{ b = 2 }}\neach_session = ['SET x = 1']"
        );
        let case = Case::parse(&text).expect("a case");
        let (name, two) = case.varied().next().expect("a variant");
        assert_eq!((name, two.options.len()), ("two", 2));
        assert!(!two.is_for("mariadb-11.8") && case.is_for("mariadb-11.8"));
        assert_eq!(case.variants["two"].conditions(), "b = 2, SET x = 1");
    }

    #[test]
    fn what_is_refused() {
        for wrong in [
            "title = 't'",
            &format!("{LEAST}legcay = ['mysql-9.7']"),
            &format!("{LEAST}legacy = ['mysql-5.7']\nwhy = 'w'"),
            &format!("{LEAST}legacy = ['mysql-9.7']"),
            &format!("{LEAST}why = 'w'"),
        ] {
            assert!(Case::parse(wrong).is_err(), "{wrong}");
        }
    }
}
