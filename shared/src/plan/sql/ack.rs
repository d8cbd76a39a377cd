//! The statements that acknowledge notifications on the legacy server.
//!
//! Promise: an acknowledgement touches the rows that it deletes and no other one, so it never waits for a transaction that is still open. A
//! range would: InnoDB also locks the row behind a range's end, and a small outbox is read as a whole. Called by the link's lanes.

use super::legacy::outbox;
use crate::plan::table::TablePlan;

/// Ids in one statement, at most.
const IDS_A_STATEMENT: u64 = 5_000;

/// Deletes exactly the notifications of `runs`: each run is a first and a last id with every id between them read.
///
/// The ids come from a table function and are looked up in the primary key one by one. The order of the join and the index are given,
/// since the servers' optimizers prefer other ways, and those lock more. There is no alias, since one would want a database to be selected.
pub fn ack(plan: &TablePlan, runs: &[(u64, u64)]) -> Vec<String> {
    statements(&outbox(plan), runs)
}

fn statements(outbox: &str, runs: &[(u64, u64)]) -> Vec<String> {
    lists(runs)
        .into_iter()
        .map(|ids| {
            format!(
                "DELETE {outbox} FROM JSON_TABLE('[{ids}]', '$[*]' COLUMNS (seq BIGINT UNSIGNED PATH '$')) AS a \
                 STRAIGHT_JOIN {outbox} FORCE INDEX (PRIMARY) ON {outbox}.seq = a.seq"
            )
        })
        .collect()
}

/// The ids, separated by commas, in lists of a bounded length.
fn lists(runs: &[(u64, u64)]) -> Vec<String> {
    let mut lists = Vec::new();
    let mut list = String::new();
    let mut count = 0;
    for id in runs.iter().flat_map(|&(first, last)| first..=last) {
        if count == IDS_A_STATEMENT {
            lists.push(std::mem::take(&mut list));
            count = 0;
        }
        if count > 0 {
            list.push(',');
        }
        list.push_str(&id.to_string());
        count += 1;
    }
    if count > 0 {
        lists.push(list);
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::{IDS_A_STATEMENT, lists, statements};

    #[test]
    fn every_id_is_named_once() {
        assert_eq!(lists(&[(3, 5), (9, 9)]), ["3,4,5,9"]);
        assert!(lists(&[]).is_empty());
        let all = lists(&[(1, IDS_A_STATEMENT), (10_000, 10_000)]);
        assert_eq!(all.len(), 2);
        assert!(all[0].ends_with(&format!(",{IDS_A_STATEMENT}")));
        assert_eq!(all[1], "10000");
        assert_eq!(lists(&[(u64::MAX, u64::MAX)]), ["18446744073709551615"]);
    }

    #[test]
    fn by_the_primary_key_and_nothing_else() {
        let all = statements("`x`.`o_1`", &[(7, 7)]);
        let one = "DELETE `x`.`o_1` FROM JSON_TABLE('[7]', '$[*]' COLUMNS (seq BIGINT UNSIGNED PATH '$')) AS a \
                   STRAIGHT_JOIN `x`.`o_1` FORCE INDEX (PRIMARY) ON `x`.`o_1`.seq = a.seq";
        assert_eq!(all, [one]);
    }
}
