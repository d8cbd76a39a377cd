//! The kinds of changes, and how often each happens.

use mysql::Transaction;

use super::desk::Desk;
use super::{directory, groups, moves, numbers, personal, staff, switches};

/// Number of kinds.
pub const KINDS: usize = 10;

/// One kind of change to the telephone system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A user goes from one switch to another.
    Move,
    /// A user changes settings on the telephone.
    Setting,
    /// A message arrives in a voicemail box, or is heard.
    Voicemail,
    /// A public number goes to another extension.
    Reassignment,
    /// Two extensions swap their public numbers.
    Swap,
    /// Members of a hunt group come, go, log in or log out.
    Group,
    /// A speed dial is added, changed, put elsewhere or removed.
    SpeedDial,
    /// A user joins the company.
    Joining,
    /// A user leaves the company.
    Leaving,
    /// A switch reports, or a schedule changes.
    Switch,
}

impl Change {
    /// Every kind, in the order of counters.
    pub const ALL: [Self; KINDS] = [
        Self::Move,
        Self::Setting,
        Self::Voicemail,
        Self::Reassignment,
        Self::Swap,
        Self::Group,
        Self::SpeedDial,
        Self::Joining,
        Self::Leaving,
        Self::Switch,
    ];

    /// What to call many of them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Move => "moves",
            Self::Setting => "settings",
            Self::Voicemail => "voicemails",
            Self::Reassignment => "numbers reassigned",
            Self::Swap => "numbers swapped",
            Self::Group => "hunt group changes",
            Self::SpeedDial => "speed dials",
            Self::Joining => "users joined",
            Self::Leaving => "users left",
            Self::Switch => "switch reports",
        }
    }

    /// How many of 100 changes are of this kind.
    fn share(self) -> u32 {
        match self {
            Self::Setting | Self::Voicemail => 22,
            Self::Move => 14,
            Self::Group => 10,
            Self::SpeedDial => 9,
            Self::Reassignment | Self::Swap => 6,
            Self::Joining | Self::Switch => 4,
            Self::Leaving => 3,
        }
    }

    /// Draws a kind.
    pub fn draw(desk: &mut Desk) -> Self {
        let mut drawn = desk.dice.below(100);
        for change in Self::ALL {
            if drawn < change.share() {
                return change;
            }
            drawn -= change.share();
        }
        Self::Setting
    }

    /// Makes one change of this kind in an open transaction; `false` when there was nothing to change.
    pub fn make(self, tx: &mut Transaction<'_>, desk: &mut Desk) -> mysql::Result<bool> {
        match self {
            Self::Move => moves::move_user(tx, desk),
            Self::Setting => personal::settings(tx, desk),
            Self::Voicemail => personal::voicemail(tx, desk),
            Self::Reassignment => numbers::reassign(tx, desk),
            Self::Swap => numbers::swap(tx, desk),
            Self::Group => groups::change(tx, desk),
            Self::SpeedDial => directory::speed_dial(tx, desk),
            Self::Joining => staff::join(tx, desk),
            Self::Leaving => staff::leave(tx, desk),
            Self::Switch => switches::report(tx, desk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn shares_are_of_a_hundred() {
        assert_eq!(
            Change::ALL.iter().map(|change| change.share()).sum::<u32>(),
            100
        );
    }
}
