//! Which pairs of servers to test on.

use super::TestOptions;
use crate::servers::LegacyEngine::{self, MariaDb118, MariaDb1011, Mysql97};
use crate::servers::UpgradeEngine::{self, Pg15, Pg16, Pg17, Pg18};

/// A legacy server and an upgrade server.
pub type Choice = (LegacyEngine, UpgradeEngine);

/// The pairs that the options name.
pub fn chosen(options: &TestOptions) -> Vec<Choice> {
    match (options.legacy, options.upgrade) {
        _ if options.matrix => {
            let all = LegacyEngine::ALL.into_iter();
            all.flat_map(|legacy| UpgradeEngine::ALL.map(|upgrade| (legacy, upgrade)))
                .filter(|(legacy, _)| options.legacy.is_none_or(|only| only == *legacy))
                .filter(|(_, upgrade)| options.upgrade.is_none_or(|only| only == *upgrade))
                .collect()
        }
        (Some(legacy), upgrade) => vec![(legacy, upgrade.unwrap_or(partner_of_legacy(legacy)))],
        (None, Some(upgrade)) => vec![(partner_of_upgrade(upgrade), upgrade)],
        (None, None) if options.quick => vec![(Mysql97, Pg18)],
        (None, None) => vec![(Mysql97, Pg18), (MariaDb1011, Pg15)],
    }
}

fn partner_of_legacy(legacy: LegacyEngine) -> UpgradeEngine {
    match legacy {
        Mysql97 => Pg18,
        MariaDb1011 => Pg15,
        MariaDb118 => Pg17,
    }
}

fn partner_of_upgrade(upgrade: UpgradeEngine) -> LegacyEngine {
    match upgrade {
        Pg15 => MariaDb1011,
        Pg17 => MariaDb118,
        Pg16 | Pg18 => Mysql97,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_defaults_and_the_matrix() {
        let options = TestOptions::default();
        assert_eq!(chosen(&options), [(Mysql97, Pg18), (MariaDb1011, Pg15)]);
        let matrix = TestOptions {
            matrix: true,
            ..TestOptions::default()
        };
        assert_eq!(chosen(&matrix).len(), 12);
        let one = TestOptions {
            upgrade: Some(Pg17),
            ..TestOptions::default()
        };
        assert_eq!(chosen(&one), [(MariaDb118, Pg17)]);
    }
}
