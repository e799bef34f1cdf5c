//! What a table most likely is where nothing is certain, and how sure a column's field is. Only
//! for showing to a person: no row is read by a guess.

use super::detect::{self, Found, own_key};
use super::map::Map;
use super::outline::FoundBy;
use super::profile::Profile;
use super::row::Field;
use super::table::Table;

/// Rows among which a header without a single known name is looked for.
const PLAIN_ROWS: usize = 20;

/// The kind that fits; else the row whose headers name the most fields; else the first of the
/// fullest rows near the top. None for a table without two cells in a row.
pub fn guess(table: &Table, map: &Map) -> Option<Found> {
    if let Some(found) = detect::detect(table, map) {
        return Some(found);
    }
    let known = detect::header_rows(table, map)
        .map(|header| detect::as_generic(&header, map))
        .filter(|found| found.score > 0 || map.header_row.is_some())
        .max_by_key(detect::rank);
    known.or_else(|| {
        let fullest = (0..table.len().min(PLAIN_ROWS))
            .max_by_key(|at| (table.cells(*at).count(), std::cmp::Reverse(*at)))?;
        let map = Map {
            header_row: Some(table.number(fullest)),
            ..map.clone()
        };
        let header = detect::header_rows(table, &map).find(|header| header.names.len() > 1)?;
        Some(detect::as_generic(&header, &map))
    })
}

/// How the column under `header` came by `field`.
pub fn found_by(profile: &Profile, field: Field, header: &str, map: &Map) -> FoundBy {
    let known = own_key(header);
    let by_hand = map
        .columns
        .get(field.id())
        .is_some_and(|name| own_key(name) == known);
    if by_hand {
        return FoundBy::Map;
    }
    let names = profile
        .columns
        .iter()
        .filter(|(own, _)| *own == field)
        .map(|(_, names)| *names);
    let places: Vec<usize> = names
        .filter_map(|names| names.iter().position(|name| *name == known))
        .collect();
    match places.iter().min() {
        Some(0) => FoundBy::Header,
        Some(_) => FoundBy::Alias,
        None => FoundBy::Part,
    }
}
