//! The model target: one image that readers see, one that survives a crash.

use super::broken::Broken;
use super::model::{Image, KEYS, Place, Rows};

#[derive(Debug)]
pub struct Target {
    pub up: bool,
    pub visible: Image,
    durable: Image,
    /// For each notification, by its identity: how safe its effect is.
    effects: Vec<Effect>,
    /// Tables in which every write fails until the operator helps.
    pub poisoned: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    None,
    Committed,
    Durable,
}

impl Target {
    pub fn new(image: Image) -> Self {
        Self {
            up: true,
            visible: image,
            durable: image,
            effects: Vec::new(),
            poisoned: Vec::new(),
        }
    }

    /// The table that makes this batch fail.
    pub fn refuses(&self, rows: &Rows) -> Option<usize> {
        let mut tables = rows.rows.iter().map(|(place, _)| place.table);
        tables.find(|table| self.poisoned.contains(table))
    }

    /// Applies and commits; readers see it, a crash may still undo it. The number of changed rows, or a row that was written though equal.
    pub fn commit(&mut self, rows: &Rows, broken: Option<Broken>) -> Result<u64, String> {
        let mut changed = 0;
        for (place, value) in &rows.rows {
            let equal = self.visible[place.table][place.key] == *value;
            if !equal || broken == Some(Broken::WriteEqual) {
                self.write(*place, *value)?;
                changed += 1;
            }
        }
        for uid in &rows.notes {
            let effect = self.effect(*uid);
            if *effect == Effect::None {
                *effect = Effect::Committed;
            }
        }
        Ok(changed)
    }

    pub fn flush(&mut self) {
        self.durable = self.visible;
        for effect in &mut self.effects {
            if *effect == Effect::Committed {
                *effect = Effect::Durable;
            }
        }
    }

    /// Commits that were not flushed are gone.
    pub fn crash(&mut self) {
        self.up = false;
        self.visible = self.durable;
        for effect in &mut self.effects {
            if *effect == Effect::Committed {
                *effect = Effect::None;
            }
        }
    }

    pub fn is_durable(&self, uid: u32) -> bool {
        self.effects.get(uid as usize) == Some(&Effect::Durable)
    }

    /// A copy's row: committed and flushed at once.
    pub fn copy(&mut self, place: Place, value: u32) {
        self.visible[place.table][place.key] = value;
        self.durable[place.table][place.key] = value;
    }

    /// The table is not there yet.
    pub fn forget(&mut self, table: usize) {
        self.visible[table] = [0; KEYS];
        self.durable[table] = [0; KEYS];
    }

    fn write(&mut self, place: Place, value: u32) -> Result<(), String> {
        let old = std::mem::replace(&mut self.visible[place.table][place.key], value);
        if old == value {
            return Err(format!("{place:?} was written again though it was equal"));
        }
        Ok(())
    }

    fn effect(&mut self, uid: u32) -> &mut Effect {
        let uid = uid as usize;
        if self.effects.len() <= uid {
            self.effects.resize(uid + 1, Effect::None);
        }
        &mut self.effects[uid]
    }
}
