//! Which kind of table this is and where its header stands. Decided by headers alone: every row
//! among the first 120 of every sheet is scored against every profile, the best one wins.

use super::document;
use super::error::IngestError;
use super::header::{distinct, key, without_currency};
use super::limits;
use super::map::Map;
use super::profile::{self, Profile, generic};
use super::row::Field;
use super::table::Table;

/// A header row that fits a profile.
#[derive(Clone, Debug)]
pub struct Found {
    /// The profile.
    pub profile: &'static Profile,
    /// Index of the header row in the table.
    pub at: usize,
    /// Headers, kept apart.
    pub headers: Vec<String>,
    /// The field of each column.
    pub fields: Vec<Option<Field>>,
    /// Required headers that are missing, as keys.
    pub missing: Vec<&'static str>,
    /// The row above belongs to the header: its cells are merged down to this one.
    pub merged: bool,
    /// Thousandths of the required headers, plus 40 for each telling one; of a table without
    /// required headers the number of columns with a field.
    pub score: u32,
}

/// The headers of a row.
pub(super) struct HeaderRow {
    pub(super) at: usize,
    pub(super) merged: bool,
    in_sheet: bool,
    pub(super) names: Vec<String>,
    pub(super) keys: Vec<String>,
}

/// A JSON document laid out as a table: its kind was found by its keys, its names are the headers.
pub fn of_document(profile: &'static Profile, table: &Table, map: &Map) -> Option<Found> {
    let header = header_row(table, 0)?;
    Some(Found {
        profile,
        at: 0,
        fields: assign(profile, &header.keys, map),
        headers: header.names,
        missing: Vec::new(),
        merged: false,
        score: 0,
    })
}

/// Finds the kind of a file from all its tables, and the header of each table of that kind.
///
/// # Errors
/// A kind that is not read yet, another kind than asked for, or none at all.
pub fn find(
    tables: &[Table],
    format: Option<&str>,
    map: &Map,
    file: &str,
) -> Result<Vec<(usize, Found)>, IngestError> {
    let best: Vec<Option<Found>> = tables.iter().map(|table| detect(table, map)).collect();
    let asked = format.or(map.format.as_deref());
    match asked {
        Some(asked) => as_asked(tables, &best, asked, map, file),
        None => as_found(tables, best, map, file),
    }
}

fn as_found(
    tables: &[Table],
    best: Vec<Option<Found>>,
    map: &Map,
    file: &str,
) -> Result<Vec<(usize, Found)>, IngestError> {
    let lead = best.iter().flatten().max_by_key(|found| found.score);
    let Some(profile) = lead.map(|found| found.profile) else {
        return all_generic(tables, map, file, None);
    };
    let rivals = |found: &&Found| {
        Some(found.score) == lead.map(|lead| lead.score) && found.profile.id != profile.id
    };
    if let Some(rival) = best.iter().flatten().find(rivals) {
        return Err(IngestError::NeedsAnswer {
            file: file.to_string(),
            question: format!(
                "this could be {} or {}.",
                profile.title, rival.profile.title
            ),
            key: format!("format = {:?} (or {:?})", profile.id, rival.profile.id),
        });
    }
    if let Some((why, next)) = profile::known::of_no_use(profile.id) {
        return Err(IngestError::OfNoUse {
            file: file.to_string(),
            kind: profile.title.to_string(),
            why: why.to_string(),
            next: next.to_string(),
        });
    }
    if profile.rows.is_none() {
        return Err(IngestError::NotReadYet {
            file: file.to_string(),
            kind: profile.title.to_string(),
            next: "Import the same data as an install-base, quote or assessment file for now"
                .to_string(),
        });
    }
    Ok(of_profile(best, profile))
}

/// The tables of that kind alone, each with its header, whatever others there are.
pub fn of_kind(tables: &[Table], format: &str, map: &Map) -> Vec<(usize, Found)> {
    let found = tables.iter().map(|table| detect(table, map)).enumerate();
    found
        .filter_map(|(at, found)| Some((at, found?)))
        .filter(|(_, found)| found.profile.id == format)
        .collect()
}

/// True for more than a title or a note: two rows that have more than one cell.
pub(super) fn is_laid_out(table: &Table) -> bool {
    let rows = 0..table.len().min(limits::HEADER_SEARCH);
    rows.filter(|at| table.cells(*at).count() > 1)
        .nth(1)
        .is_some()
}

/// True where the table could be read by itself as one without a kind.
pub(super) fn is_generic(table: &Table, map: &Map) -> bool {
    header_rows(table, map).any(|header| generic_row(&header, map).is_some())
}

fn of_profile(best: Vec<Option<Found>>, profile: &'static Profile) -> Vec<(usize, Found)> {
    best.into_iter()
        .enumerate()
        .filter_map(|(at, found)| Some((at, found?)))
        .filter(|(_, found)| found.profile.id == profile.id)
        .collect()
}

fn as_asked(
    tables: &[Table],
    best: &[Option<Found>],
    asked: &str,
    map: &Map,
    file: &str,
) -> Result<Vec<(usize, Found)>, IngestError> {
    if asked == generic::PROFILE.id {
        return all_generic(tables, map, file, Some(asked));
    }
    let Some(profile) = profile::tables()
        .find(|p| p.id == asked && p.rows.is_some() && (!p.document || is_returned(tables)))
    else {
        return Err(IngestError::WrongKind {
            file: file.to_string(),
            asked: asked.to_string(),
            found: match document::is_named(asked) {
                true => "it is a table, not JSON".to_string(),
                false => format!("the formats are {}", profile::readable_formats().join(", ")),
            },
        });
    };
    let own: Vec<(usize, Found)> = tables
        .iter()
        .enumerate()
        .filter_map(|(at, table)| Some((at, fit(table, profile, map)?)))
        .collect();
    let other = best
        .iter()
        .flatten()
        .max_by_key(|found| found.score)
        .filter(|found| found.profile.id != asked);
    let own_score = own.iter().map(|(_, found)| found.score).max().unwrap_or(0);
    match other {
        Some(other) if other.score > own_score => Err(IngestError::WrongKind {
            file: file.to_string(),
            asked: asked.to_string(),
            found: format!(
                "it looks like {} (`{}`)",
                other.profile.title, other.profile.id
            ),
        }),
        _ if own.is_empty() => Err(IngestError::WrongKind {
            file: file.to_string(),
            asked: asked.to_string(),
            found: format!("its headers are not there ({})", nearest(tables, profile)),
        }),
        _ => Ok(own),
    }
}

/// True for rows that were refused before and come back.
fn is_returned(tables: &[Table]) -> bool {
    let heads = |table: &Table| table.cells(0).any(|cell| key(cell.text) == "rejectcode");
    tables.iter().any(heads)
}

/// The best profile and header row of one table.
pub(super) fn detect(table: &Table, map: &Map) -> Option<Found> {
    let mut best: Option<Found> = None;
    for header in header_rows(table, map) {
        for profile in profile::tables() {
            if let Some(found) = score(profile, &header, map)
                && best.as_ref().is_none_or(|known| found.score > known.score)
            {
                best = Some(found);
            }
        }
    }
    best
}

fn fit(table: &Table, profile: &'static Profile, map: &Map) -> Option<Found> {
    header_rows(table, map)
        .filter_map(|header| score(profile, &header, map))
        .max_by_key(rank)
}

/// Better is a higher score, then a higher row, then a header of one row.
pub(super) fn rank(found: &Found) -> (u32, std::cmp::Reverse<usize>, bool) {
    (found.score, std::cmp::Reverse(found.at), !found.merged)
}

pub(super) fn header_rows<'a>(
    table: &'a Table,
    map: &'a Map,
) -> impl Iterator<Item = HeaderRow> + 'a {
    let searched = match map.header_row {
        Some(_) => table.len(),
        None => table.len().min(limits::HEADER_SEARCH),
    };
    (0..searched)
        .filter(|at| map.header_row.is_none_or(|row| table.number(*at) == row))
        .flat_map(|at| {
            let own = header_row(table, at);
            let merged = own.as_ref().and_then(|own| merged_row(table, own));
            own.into_iter().chain(merged)
        })
}

fn header_row(table: &Table, at: usize) -> Option<HeaderRow> {
    let names = texts(table, at);
    (!names.is_empty()).then(|| HeaderRow::of(table, at, &names, false))
}

/// The header with what stands above its empty cells: names in cells merged over two rows. Only
/// where the rows touch, and the lower one has names of its own.
fn merged_row(table: &Table, own: &HeaderRow) -> Option<HeaderRow> {
    let above = own.at.checked_sub(1)?;
    if table.number(above) + 1 != table.number(own.at) || table.cells(own.at).count() < 2 {
        return None;
    }
    let mut names = texts(table, own.at);
    let upper = texts(table, above);
    names.resize(names.len().max(upper.len()), String::new());
    let mut filled = false;
    for (name, upper) in names.iter_mut().zip(upper) {
        if name.is_empty() && !upper.is_empty() {
            *name = upper;
            filled = true;
        }
    }
    filled.then(|| HeaderRow::of(table, own.at, &names, true))
}

/// The cells of a row by column; empty ones are empty texts.
fn texts(table: &Table, at: usize) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for cell in table.cells(at) {
        if texts.len() <= cell.column {
            texts.resize(cell.column + 1, String::new());
        }
        if let Some(slot) = texts.get_mut(cell.column) {
            *slot = cell.text.to_string();
        }
    }
    texts
}

impl HeaderRow {
    fn of(table: &Table, at: usize, names: &[String], merged: bool) -> HeaderRow {
        let names = distinct(names);
        HeaderRow {
            at,
            merged,
            in_sheet: table.sheet.is_some(),
            keys: names.iter().map(|name| own_key(name)).collect(),
            names,
        }
    }
}

/// The key of a header, a currency at its end left out.
pub(super) fn own_key(header: &str) -> String {
    key(without_currency(header))
}

/// Share of the required headers in thousandths plus 40 for each telling one.
fn score(profile: &'static Profile, header: &HeaderRow, map: &Map) -> Option<Found> {
    let has = |wanted: &str| {
        header.keys.iter().any(|known| known == wanted)
            || (profile.contains && header.keys.iter().any(|known| known.contains(wanted)))
    };
    let forbidden = |wanted: &&&str| header.keys.iter().any(|known| known == **wanted);
    if profile.forbids.iter().any(|wanted| forbidden(&wanted)) {
        return None;
    }
    let mapped = |keys: &[&str]| {
        let field = profile
            .columns
            .iter()
            .find(|(_, known)| known.iter().any(|k| keys.contains(k)));
        field.is_some_and(|(field, _)| {
            map.columns
                .get(field.id())
                .is_some_and(|name| header.keys.contains(&own_key(name)))
        })
    };
    let missing: Vec<&'static str> = profile
        .needs
        .iter()
        .filter(|keys| !keys.iter().any(|k| has(k)) && !mapped(keys))
        .filter_map(|keys| keys.first().copied())
        .collect();
    let met = profile.needs.len() - missing.len();
    let telling = profile.telling.iter().filter(|k| has(k)).count();
    // A kind that comes as a workbook must show itself more clearly in a text file, unless the
    // file is its own rejects coming back.
    let returned = header.keys.iter().any(|known| known == "rejectcode");
    if profile.document && !returned {
        return None;
    }
    let telling_needed = match profile.workbook && !header.in_sheet && !returned {
        true => profile.telling_at_least + 1,
        false => profile.telling_at_least,
    };
    if met < profile.at_least || telling < telling_needed || profile.needs.is_empty() {
        return None;
    }
    Some(Found {
        profile,
        at: header.at,
        headers: header.names.clone(),
        fields: assign(profile, &header.keys, map),
        missing,
        merged: header.merged,
        score: (met * 1_000 / profile.needs.len() + telling * 40) as u32,
    })
}

/// The field of each column: by the map first, then by equal keys, best alias first, then, where
/// the profile allows it, by contained keys.
fn assign(profile: &Profile, keys: &[String], map: &Map) -> Vec<Option<Field>> {
    let mut fields: Vec<Option<Field>> = vec![None; keys.len()];
    for (field, header) in map.fields() {
        let wanted = own_key(header);
        if let Some(at) = keys.iter().position(|known| *known == wanted)
            && let Some(slot) = fields.get_mut(at)
        {
            *slot = Some(field);
        }
    }
    let ignored: Vec<String> = map.ignore.iter().map(|name| own_key(name)).collect();
    let take = |fields: &mut Vec<Option<Field>>, field, fits: &dyn Fn(&str) -> bool| {
        if fields.contains(&Some(field)) {
            return;
        }
        let free = fields
            .iter()
            .zip(keys)
            .position(|(taken, known)| taken.is_none() && fits(known) && !ignored.contains(known));
        if let Some(slot) = free.and_then(|at| fields.get_mut(at)) {
            *slot = Some(field);
        }
    };
    for (field, aliases) in profile.columns {
        for alias in *aliases {
            take(&mut fields, *field, &|known| known == *alias);
        }
    }
    if profile.contains {
        for (field, aliases) in profile.columns {
            for alias in *aliases {
                take(&mut fields, *field, &|known| known.contains(alias));
            }
        }
    }
    fields
}

/// The generic reading: the row whose headers name the most fields, an identity and an end date
/// or a product among them.
fn all_generic(
    tables: &[Table],
    map: &Map,
    file: &str,
    asked: Option<&str>,
) -> Result<Vec<(usize, Found)>, IngestError> {
    let mut own = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        let best = header_rows(table, map)
            .filter_map(|header| generic_row(&header, map))
            .max_by_key(rank);
        if let Some(found) = best {
            own.push((at, found));
        }
    }
    if !own.is_empty() {
        return Ok(own);
    }
    if let Some(missing) = map_header_missing(tables, map) {
        return Err(IngestError::BadMap {
            file: file.to_string(),
            why: format!("no row of the file has a header {missing:?}, which [columns] names"),
        });
    }
    if let (None, Some(profile)) = (asked, closest(tables)) {
        return Err(IngestError::UnknownKind {
            file: file.to_string(),
            why: format!(
                "nearest is {} (`{}`), but {}",
                profile.title,
                profile.id,
                nearest(tables, profile)
            ),
        });
    }
    Err(IngestError::UnknownKind {
        file: file.to_string(),
        why: "no row among the first 120 names an identity (serial, instance, contract or subscription) and an end date or product".to_string(),
    })
}

fn generic_row(header: &HeaderRow, map: &Map) -> Option<Found> {
    let found = as_generic(header, map);
    let has = |field| found.fields.contains(&Some(field));
    let identity = generic::IDENTITY.into_iter().any(has);
    let enough = identity && (has(Field::EndDate) || has(Field::Pid));
    enough.then_some(found)
}

/// The row as the header of any table, whether or not its columns are enough to read one.
pub(super) fn as_generic(header: &HeaderRow, map: &Map) -> Found {
    let profile = &generic::PROFILE;
    let fields = assign(profile, &header.keys, map);
    Found {
        profile,
        at: header.at,
        headers: header.names.clone(),
        score: fields.iter().flatten().count() as u32,
        fields,
        merged: header.merged,
        missing: Vec::new(),
    }
}

fn map_header_missing(tables: &[Table], map: &Map) -> Option<String> {
    let present = |wanted: &str| {
        tables.iter().any(|table| {
            header_rows(table, map).any(|header| header.keys.contains(&own_key(wanted)))
        })
    };
    map.columns
        .values()
        .find(|header| !present(header))
        .cloned()
}

/// The readable profile of which the most required headers are there, if any is.
fn closest(tables: &[Table]) -> Option<&'static Profile> {
    profile::tables()
        .filter(|profile| profile.rows.is_some() && !profile.document)
        .map(|profile| (profile, share(tables, profile)))
        .filter(|(_, share)| *share >= 400)
        .max_by_key(|(_, share)| *share)
        .map(|(profile, _)| profile)
}

fn share(tables: &[Table], profile: &Profile) -> usize {
    let need = profile.needs.len().max(1);
    (need - lacking(tables, profile).len().min(need)) * 1_000 / need
}

fn nearest(tables: &[Table], profile: &Profile) -> String {
    let lacking = lacking(tables, profile);
    match lacking.is_empty() {
        true => "its telling columns are missing".to_string(),
        false => format!("missing: {}", lacking.join(", ")),
    }
}

/// Required headers missing from the row that has the most of them.
fn lacking(tables: &[Table], profile: &Profile) -> Vec<&'static str> {
    let none = Map::default();
    let all = || {
        profile
            .needs
            .iter()
            .filter_map(|keys| keys.first().copied())
            .collect()
    };
    tables
        .iter()
        .flat_map(|table| header_rows(table, &none).collect::<Vec<_>>())
        .map(|header| {
            profile
                .needs
                .iter()
                .filter(|keys| {
                    !keys
                        .iter()
                        .any(|k| header.keys.iter().any(|known| known == k))
                })
                .filter_map(|keys| keys.first().copied())
                .collect::<Vec<_>>()
        })
        .min_by_key(Vec::len)
        .unwrap_or_else(all)
}
