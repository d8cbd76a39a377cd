//! One column under test: its legacy type, its upgrade type, its values, and which of them cannot arrive.
//!
//! Promises: made of a type and edge values only, it is complete: it gets the scaffold's upgrade type, and every value of it must arrive.
//! Called by the families.

use super::Form;
use crate::dice::Dice;

type Chance = Box<dyn Fn(&mut Dice) -> String>;
type Unfit = Box<dyn Fn(&str) -> Option<&'static str>>;

/// One column under test.
pub struct Subject {
    /// The legacy column's type, as a declaration says it.
    pub legacy: String,
    /// The upgrade column's type when it is not the one that the scaffold makes.
    pub target: Option<String>,
    /// The PostgreSQL extension that has the upgrade type; without it the column is left out.
    pub extension: Option<&'static str>,
    /// How both servers print a value.
    pub form: Form,
    /// Legacy SQL for the values that are always tried.
    pub edges: Vec<String>,
    chance: Option<Chance>,
    unfit: Option<Unfit>,
}

impl Subject {
    /// A column of the scaffold's upgrade type.
    pub fn new(legacy: impl Into<String>, form: Form) -> Self {
        Self {
            legacy: legacy.into(),
            target: None,
            extension: None,
            form,
            edges: Vec::new(),
            chance: None,
            unfit: None,
        }
    }

    /// Another upgrade type, and how PostgreSQL prints it where that differs from the form's.
    pub fn becomes(mut self, target: &str, upgrade: Option<&str>) -> Self {
        self.target = Some(String::from(target));
        if let Some(expression) = upgrade {
            self.form.upgrade = String::from(expression);
        }
        self
    }

    /// The PostgreSQL extension that has the upgrade type.
    pub fn of_extension(mut self, name: &'static str) -> Self {
        self.extension = Some(name);
        self
    }

    /// Another way of printing.
    pub fn printed(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// Adds values that are always tried.
    pub fn edges<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.edges.extend(values.into_iter().map(Into::into));
        self
    }

    /// Where the other values come from.
    pub fn chance(mut self, make: impl Fn(&mut Dice) -> String + 'static) -> Self {
        self.chance = Some(Box::new(make));
        self
    }

    /// Says of a value, as the legacy server prints it, the code that it must be parked with, or that it must arrive.
    pub fn unfit(mut self, code: impl Fn(&str) -> Option<&'static str> + 'static) -> Self {
        self.unfit = Some(Box::new(code));
        self
    }

    /// The code that a value must be parked with.
    pub fn code(&self, said: &str) -> Option<&'static str> {
        self.unfit.as_ref().and_then(|unfit| unfit(said))
    }

    /// A value by chance; `None` for a column whose edges are all there is.
    pub fn by_chance(&self, dice: &mut Dice) -> Option<String> {
        self.chance.as_ref().map(|make| make(dice))
    }

    /// The types, as a failure names them.
    pub fn name(&self) -> String {
        match &self.target {
            Some(target) => format!("{} to {target}", self.legacy),
            None => self.legacy.clone(),
        }
    }
}
