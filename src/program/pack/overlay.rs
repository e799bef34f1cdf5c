//! Laying a person's pack over the shipped one: tables key by key, rows of a list by the columns
//! that identify them, anything else replaced. A row with `remove = true` takes the shipped row
//! out; a row with another `from` stands beside it and takes over what it does not say itself.

use super::problem::{Place, Problem};
use super::tree::{Node, Table, Value};
use rust_decimal::Decimal;
use std::str::FromStr;
use std::sync::Arc;

/// The columns that make a row of a list the same row in another file; none for lists that are
/// replaced as a whole. Where the last one is `from`, rows of one key follow each other in time.
fn identity(list: &str) -> &'static [&'static str] {
    match list {
        "portfolio" | "measure" | "size" | "tier" | "stage" | "signal" | "loss_reason"
        | "outcome" => &["id"],
        "category" | "metric" => &["portfolio", "id", "from"],
        "band" => &["id", "size", "from"],
        "level" => &["band", "from"],
        "fiscal_month" => &["code", "variant"],
        "urgency" => &["from_days", "to_days", "lapsed"],
        "clock_band" => &["clock"],
        "service_code" => &["code"],
        "service_tier" => &["axis", "name"],
        "licence_attach" => &["device"],
        "offer_term" => &["product"],
        "win" => &["stage", "risk"],
        "rate" => &["from", "to", "on"],
        "gsp" => &["product", "from"],
        "cpi.rate" => &["component", "gsp", "region", "column", "from"],
        _ => &[],
    }
}

/// The key of a row without its `from`, where rows of the list follow each other in time.
fn undated(columns: &'static [&'static str]) -> Option<&'static [&'static str]> {
    match columns {
        [rest @ .., "from"] => Some(rest),
        _ => None,
    }
}

/// Lays `over` upon `below`; what is odd about it comes back.
pub fn lay(below: &mut Table, over: Table) -> Vec<Problem> {
    let mut problems = Vec::new();
    duplicates("", &over, &mut problems);
    lay_at("", below, over, &mut problems);
    problems
}

fn joined(path: &str, key: &str) -> String {
    match path {
        "" => key.to_string(),
        path => format!("{path}.{key}"),
    }
}

fn lay_at(path: &str, below: &mut Table, over: Table, problems: &mut Vec<Problem>) {
    for (key, place, node) in over.into_entries() {
        let name = joined(path, &key);
        let columns = identity(&name);
        let entries = below.entries_mut();
        let at = match entries.iter().position(|(k, _, _)| *k == key) {
            Some(at) => at,
            None if columns.is_empty() => {
                entries.push((key, place, node));
                continue;
            }
            // Rows of a list nobody has yet still say what they remove.
            None => {
                let empty = Node {
                    place: node.place.clone(),
                    value: Value::List(Vec::new()),
                };
                entries.push((key, place, empty));
                entries.len() - 1
            }
        };
        let Some((_, _, below)) = entries.get_mut(at) else {
            continue;
        };
        match (&mut below.value, node.value) {
            (Value::Table(below), Value::Table(above)) => {
                own_source(&name, &node.place, below, &above, problems);
                lay_at(&name, below, above, problems);
            }
            (Value::List(below), Value::List(above)) if !columns.is_empty() => {
                for row in above {
                    lay_row(&name, columns, below, row, problems);
                }
            }
            (below_value, above_value) => {
                *below_value = above_value;
                below.place = node.place;
            }
        }
    }
}

fn lay_row(
    name: &str,
    columns: &'static [&'static str],
    below: &mut Vec<Node>,
    row: Node,
    problems: &mut Vec<Problem>,
) {
    let Value::Table(mut above) = row.value else {
        below.push(row);
        return;
    };
    let wanted = key_of(&above, columns);
    if matches!(above.get("remove"), Some(node) if matches!(node.value, Value::Flag(true))) {
        remove(name, columns, below, &row.place, &above, problems);
        return;
    }
    let exact = below.iter().position(|r| key_of_node(r, columns) == wanted);
    let at = exact.or_else(|| {
        let rest = undated(columns)?;
        let key = key_of(&above, rest);
        let like = below.iter().rev().find(|r| key_of_node(r, rest) == key)?;
        let mut copy = like.clone();
        if let Value::Table(table) = &mut copy.value {
            table.take("from");
            table.take("to");
        }
        below.push(copy);
        Some(below.len() - 1)
    });
    match at.and_then(|at| below.get_mut(at)) {
        Some(Node {
            place,
            value: Value::Table(old),
        }) => {
            own_source(name, &row.place, old, &above, problems);
            *place = row.place;
            lay_at(name, old, std::mem::take(&mut above), problems);
        }
        _ => below.push(Node {
            place: row.place,
            value: Value::Table(above),
        }),
    }
}

/// Takes rows out: the one named, or all of its key where no `from` is given.
fn remove(
    name: &str,
    columns: &'static [&'static str],
    below: &mut Vec<Node>,
    place: &Place,
    row: &Table,
    problems: &mut Vec<Problem>,
) {
    let columns = match undated(columns) {
        Some(rest) if row.get("from").is_none() => rest,
        _ => columns,
    };
    let wanted = key_of(row, columns);
    let before = below.len();
    let known: Vec<String> = below
        .iter()
        .map(|r| shown(&key_of_node(r, columns)))
        .collect();
    below.retain(|r| key_of_node(r, columns) != wanted);
    if below.len() == before {
        let what = format!("{name} to remove:");
        problems.push(Problem::unknown(
            place.clone(),
            &what,
            &shown(&wanted),
            known.iter().map(String::as_str),
        ));
    }
    let spare = row
        .keys()
        .filter(|(key, _)| *key != "remove" && !columns.contains(key));
    for (key, place) in spare {
        let message = format!("{name}.{key} has no effect on a row that is removed");
        problems.push(Problem::error(place.clone(), message));
    }
}

fn shown(key: &[Option<String>]) -> String {
    let words: Vec<&str> = key.iter().flatten().map(String::as_str).collect();
    words.join(" ")
}

fn key_of(table: &Table, columns: &[&str]) -> Vec<Option<String>> {
    columns
        .iter()
        .map(|column| table.get(column).map(|node| node.value.plain()))
        .collect()
}

fn key_of_node(row: &Node, columns: &[&str]) -> Vec<Option<String>> {
    match &row.value {
        Value::Table(table) => key_of(table, columns),
        _ => Vec::new(),
    }
}

/// Rows of one file with the same key: the second would silently change the first.
fn duplicates(path: &str, table: &Table, problems: &mut Vec<Problem>) {
    for (key, _) in table.keys() {
        let name = joined(path, key);
        match table.get(key).map(|node| &node.value) {
            Some(Value::Table(inner)) => duplicates(&name, inner, problems),
            Some(Value::List(rows)) if !identity(&name).is_empty() => {
                let columns = identity(&name);
                let rows: Vec<&Node> = rows.iter().filter(|row| !removes(row)).collect();
                for (at, row) in rows.iter().enumerate() {
                    let own = key_of_node(row, columns);
                    let twin = rows
                        .iter()
                        .take(at)
                        .find(|r| key_of_node(r, columns) == own);
                    if let Some(twin) = twin {
                        let message = format!(
                            "{name} {} is there twice, first on line {}",
                            shown(&own),
                            twin.place.line
                        );
                        problems.push(Problem::error(row.place.clone(), message));
                    }
                }
            }
            _ => {}
        }
    }
}

fn removes(row: &Node) -> bool {
    matches!(&row.value, Value::Table(table) if table.get("remove").is_some())
}

/// A number that is changed must not keep the source of the one it replaces: without a source of
/// its own the row names the file, with confidence unknown.
fn own_source(
    name: &str,
    place: &Place,
    below: &mut Table,
    above: &Table,
    problems: &mut Vec<Problem>,
) {
    if below.get("source").is_none() {
        return;
    }
    let changed = above.keys().find(|(key, _)| {
        above.get(key).is_some_and(|node| {
            let same = below.get(key).map(|n| n.value.plain()) == Some(node.value.plain());
            is_number(key, &node.value) && (!same || matches!(node.value, Value::List(_)))
        })
    });
    let Some((changed, at)) = changed else { return };
    let missing: Vec<&str> = ["source", "as_of", "confidence"]
        .into_iter()
        .filter(|key| above.get(key).is_none())
        .collect();
    if missing.is_empty() {
        return;
    }
    let own = |text: &str| Node {
        place: place.clone(),
        value: Value::Text(text.to_string()),
    };
    let file: Arc<str> = Arc::clone(&place.file);
    if missing.contains(&"source") {
        below.set("source", own(&file));
    }
    if missing.contains(&"confidence") {
        below.set("confidence", own("unknown"));
    }
    let message = format!(
        "{name}.{changed} is changed without {}; it is shown as from {file}, confidence unknown",
        missing.join(", ")
    );
    problems.push(Problem::warning(at.clone(), message));
}

/// True for what needs a source: amounts, thresholds, days of the calendar.
fn is_number(key: &str, value: &Value) -> bool {
    match value {
        Value::Int(_) => true,
        Value::Text(text) => Decimal::from_str(text.trim()).is_ok(),
        Value::List(items) => items.iter().any(|item| is_number(key, &item.value)),
        Value::Day(_) => !matches!(key, "from" | "to" | "as_of" | "on" | "until"),
        _ => false,
    }
}
