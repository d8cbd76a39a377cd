//! The legacy server's error numbers as PostgreSQL's conditions, for writes that a caller here asked for.
//!
//! Promise: an application that knows PostgreSQL's conditions needs to know no others. What is not in the list is `HV000`; the number, the
//! message and the object come with the error in any case.

/// Numbers with their SQLSTATE and what is said.
const STATES: &[(&[u16], &str, &str)] = &[
    (
        &[1022, 1062, 1169, 1557, 1586, 1859],
        "23505",
        "the legacy database has a row with this key already",
    ),
    (
        &[1216, 1452, 1451, 1217, 1761, 1762],
        "23503",
        "the write violates a foreign key of the legacy database",
    ),
    (
        &[1048, 1263, 1364, 1566, 1121],
        "23502",
        "the legacy database refuses NULL or a missing value",
    ),
    (
        &[3819, 3820, 4025],
        "23514",
        "the write violates a check constraint of the legacy database",
    ),
    (
        &[1406, 1265],
        "22001",
        "the value is too long or is no label of the legacy column",
    ),
    (
        &[1264, 1690, 1367],
        "22003",
        "the value is out of range for the legacy column",
    ),
    (
        &[1292, 1411, 1525],
        "22007",
        "the value is no date or time for the legacy column",
    ),
    (
        &[1366, 1300, 3854, 3988],
        "22P05",
        "the value has characters that the legacy column cannot hold",
    ),
    (
        &[3140, 3141, 3143, 3156, 3157, 4038],
        "22032",
        "the value is no JSON for the legacy column",
    ),
    (&[1365], "22012", "division by zero on the legacy server"),
    (
        &[1213, 1614, 3101],
        "40P01",
        "deadlock on the legacy server",
    ),
    (
        &[1020, 1412, 1637, 3572, 1613],
        "40001",
        "the row has changed on the legacy server",
    ),
    (
        &[1205, 1099, 1100],
        "55P03",
        "the legacy server did not get a lock in time",
    ),
    (
        &[1317, 3024, 1969, 1968],
        "57014",
        "the statement was cancelled on the legacy server",
    ),
    (
        &[
            1044, 1045, 1130, 1142, 1143, 1227, 1370, 1410, 1698, 1862, 3118,
        ],
        "42501",
        "the legacy server refused the account",
    ),
    (
        &[1049, 1051, 1054, 1146, 1305, 1449],
        "HV00R",
        "an object of the legacy database is not as the mapping says",
    ),
    (
        &[1290, 1792, 1836, 3989],
        "25006",
        "the legacy server is read-only",
    ),
    (
        &[1040, 1203, 1226],
        "53300",
        "the legacy server has too many connections",
    ),
    (
        &[1021, 1114, 1030, 3636],
        "53100",
        "the legacy server has no room for the row",
    ),
    (
        &[1037, 1038, 1041, 1206],
        "53200",
        "the legacy server is out of memory or locks",
    ),
    (
        &[1153, 1118, 1301],
        "54000",
        "the row is too large for the legacy server",
    ),
    (
        &[
            1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2002, 2003, 2006, 2013,
            3032, 3169, 4031,
        ],
        "08006",
        "the connection to the legacy server was lost",
    ),
    (
        &[1644, 1643],
        "P0001",
        "a trigger of the legacy database refused the write",
    ),
];

/// The SQLSTATE and the message for an error number; 0 is a connection that broke.
pub fn of_legacy(number: u16) -> (&'static str, &'static str) {
    if number == 0 {
        return ("08006", "the connection to the legacy server was lost");
    }
    STATES
        .iter()
        .find(|(numbers, ..)| numbers.contains(&number))
        .map_or(
            ("HV000", "the legacy server reported an error"),
            |&(_, state, message)| (state, message),
        )
}

/// All SQLSTATEs that [`of_legacy`] can give, with the numbers.
pub fn all() -> impl Iterator<Item = (&'static str, &'static [u16], &'static str)> {
    STATES
        .iter()
        .map(|&(numbers, state, message)| (state, numbers, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_meaning() {
        let mut numbers: Vec<u16> = all().flat_map(|(_, numbers, _)| numbers).copied().collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
        assert_eq!(of_legacy(1062).0, "23505");
        assert_eq!(of_legacy(9999).0, "HV000");
        assert!(all().all(|(state, ..)| state.len() == 5));
    }
}
