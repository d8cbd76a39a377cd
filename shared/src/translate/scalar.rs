//! Values that stand in the mapping document.

use super::outlet::Outlet;
use serde_json::Value as Json;

/// The text of a JSON text, number, boolean or null (`None`); a document is for an upgrade column of type json.
pub(super) fn text_of(json: &Json) -> Option<String> {
    match json {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The same for an upgrade column, as its own fields read; fails where the column cannot hold it.
pub(super) fn text_for(outlet: &Outlet, json: &Json) -> Result<Option<String>, String> {
    let text = match json {
        Json::Null => return Ok(None),
        _ if outlet.is_json() => json.to_string(),
        _ => text_of(json).unwrap_or_default(),
    };
    let mut field = Vec::new();
    outlet
        .put(Some(&text), &mut field)
        .and_then(|()| outlet.take(field.get(4..)))
        .map_err(|error| format!("upgrade value {json}: {error}"))
}
