//! The statements that acknowledge notifications on the legacy server.
//!
//! Promise: an acknowledgement reads no row but those that it deletes, so it never waits for a transaction that is still open. A look at a range
//! also locks the row behind its end, whoever owns that, and a small outbox is read as a whole if the optimizer may choose: so a range ends before
//! a row that was read, too, and the index is given. Called by the link's lanes.

use super::legacy::outbox;
use crate::plan::table::TablePlan;

/// Ids in one statement that names them one by one, at most.
const IDS_A_STATEMENT: u64 = 5_000;
/// Ids in a run that is deleted as a range, at least: below that, a statement costs more than it saves.
const RANGE_IDS: u64 = 64;

/// Deletes exactly the notifications of `runs`: each run is a first and a last id with every id between them read.
///
/// To be run in this order, in one READ COMMITTED transaction: a range ends before the last id of its run, which is still there then and is where
/// the server sees that the range is over. Last ids and short runs are looked up in the primary key one by one, from a table function.
/// There is no alias, since one would want a database to be selected.
pub fn ack(plan: &TablePlan, runs: &[(u64, u64)]) -> Vec<String> {
    statements(&outbox(plan), runs)
}

fn statements(outbox: &str, runs: &[(u64, u64)]) -> Vec<String> {
    let is_range = |&(first, last): &(u64, u64)| last - first >= RANGE_IDS;
    let ranges = runs.iter().copied().filter(is_range).map(|(first, last)| {
        format!(
            "DELETE {outbox} FROM {outbox} FORCE INDEX (PRIMARY) WHERE {outbox}.seq >= {first} AND {outbox}.seq < {last}"
        )
    });
    let single: Vec<(u64, u64)> = runs
        .iter()
        .map(|run| if is_range(run) { (run.1, run.1) } else { *run })
        .collect();
    let lists = lists(&single).into_iter().map(|ids| {
        format!(
            "DELETE {outbox} FROM JSON_TABLE('[{ids}]', '$[*]' COLUMNS (seq BIGINT UNSIGNED PATH '$')) AS a \
             STRAIGHT_JOIN {outbox} FORCE INDEX (PRIMARY) ON {outbox}.seq = a.seq"
        )
    });
    ranges.chain(lists).collect()
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
    use super::{IDS_A_STATEMENT, RANGE_IDS, lists, statements};

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

    #[test]
    fn a_long_run_is_a_range_that_ends_before_its_last_id() {
        let long = (10, 10 + RANGE_IDS);
        let all = statements("`x`.`o_1`", &[(3, 4), long, (200, 200)]);
        assert_eq!(all.len(), 2);
        let range = "DELETE `x`.`o_1` FROM `x`.`o_1` FORCE INDEX (PRIMARY) WHERE `x`.`o_1`.seq >= 10 AND `x`.`o_1`.seq < 74";
        assert_eq!(all[0], range);
        assert!(all[1].contains("'[3,4,74,200]'"), "{}", all[1]);
        let all = statements("`x`.`o_1`", &[(10, 9 + RANGE_IDS)]);
        assert_eq!(all.len(), 1, "a run that is shorter is named id by id");
    }
}
