//! What `tandem_wait` returns, and its form as text.

use crate::json::Object;

/// The end of one waiting call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These tables of the link rang after the caller's `since`; never empty, ascending.
    Rang {
        /// The newest bell that this answer takes into account: the `since` of the next call.
        bell: u64,
        /// The numbers of the tables within the link.
        tables: Vec<u32>,
    },
    /// Some table may have rung, nobody remembers which: look everywhere.
    Unknown {
        /// As in `Rang`.
        bell: u64,
    },
    /// Nothing rang within the time.
    Quiet {
        /// As in `Rang`.
        bell: u64,
    },
    /// The plugin is being uninstalled, or is not there.
    Closing {
        /// As in `Rang`.
        bell: u64,
    },
    /// The call was interrupted (`KILL`, a statement timeout, shutdown): the server itself tells the client.
    Killed,
}

impl Answer {
    /// The JSON object for the caller; `None` for an interrupted call, which has no result.
    pub fn to_json(&self) -> Option<String> {
        let object = match self {
            Self::Rang { bell, tables } => head(*bell, Some(tables)),
            Self::Unknown { bell } => head(*bell, None),
            Self::Quiet { bell } => head(*bell, Some(&[])),
            Self::Closing { bell } => head(*bell, None).boolean("closing", true),
            Self::Killed => return None,
        };
        Some(object.end())
    }
}

fn head(bell: u64, tables: Option<&[u32]>) -> Object {
    Object::new().number("bell", bell).numbers("tables", tables)
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn every_answer_has_its_text() {
        let text = |answer: Answer| answer.to_json().unwrap_or_default();
        let tables = vec![1, 9];
        assert_eq!(
            text(Answer::Rang { bell: 3, tables }),
            r#"{"bell": 3, "tables": [1,9]}"#
        );
        assert_eq!(
            text(Answer::Unknown { bell: 3 }),
            r#"{"bell": 3, "tables": null}"#
        );
        assert_eq!(
            text(Answer::Quiet { bell: 3 }),
            r#"{"bell": 3, "tables": []}"#
        );
        let closing = r#"{"bell": 3, "tables": null, "closing": true}"#;
        assert_eq!(text(Answer::Closing { bell: 3 }), closing);
        assert_eq!(Answer::Killed.to_json(), None);
    }
}
