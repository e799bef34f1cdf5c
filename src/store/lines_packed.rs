//! The step to schema 11: the rows of `line` as that schema holds them. Columns and forms are
//! written down here once more, since the step stays as it is when a later one changes them.

use super::error::StoreError;
use super::form::Form;
use super::names::{Names, Parent};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

const KINDS: &[&str] = &["service", "subscription", "asset", "wrapper"];

const COVERS: &[&str] = &[
    "covered",
    "pending",
    "overdue",
    "expired",
    "terminated",
    "not_covered",
    "masked",
    "unknown",
];

const COLUMNS: [(&str, Form); 41] = [
    ("n", Form::Plain),
    ("deleted_op", Form::Plain),
    ("contract", Form::Of(Parent::Contract)),
    ("account", Form::Of(Parent::Account)),
    ("site", Form::Of(Parent::Site)),
    ("kind", Form::Closed(KINDS)),
    ("serial", Form::Plain),
    ("instance", Form::Plain),
    ("pid", Form::Word),
    ("description", Form::Word),
    ("service_sku", Form::Word),
    ("service_level", Form::Word),
    ("start_on", Form::Day),
    ("end_on", Form::Day),
    ("quantity", Form::Exact),
    ("unit_list", Form::Exact),
    ("list_years", Form::Exact),
    ("prorated_list", Form::Exact),
    ("discount_pct", Form::Exact),
    ("extended_net", Form::Exact),
    ("currency", Form::Word),
    ("ldos", Form::Day),
    ("warranty_end", Form::Day),
    ("ship_date", Form::Day),
    ("terminated", Form::Day),
    ("coverage", Form::Closed(COVERS)),
    ("status_raw", Form::Word),
    ("renewed_to", Form::Plain),
    ("replaced_by", Form::Plain),
    ("portfolio", Form::Word),
    ("product_portfolio", Form::Word),
    ("portfolio_typed", Form::Word),
    ("premium", Form::Plain),
    ("ea", Form::Plain),
    ("ai", Form::Plain),
    ("customer_renew", Form::Plain),
    ("customer_comment", Form::Plain),
    ("gone_in", Form::Of(Parent::Batch)),
    ("origin_batch", Form::Of(Parent::Batch)),
    ("origin_row", Form::Plain),
    ("origin_sheet", Form::Word),
];

/// Writes every line, standing or not, into the new table, and the numbers of lines into the quotes
/// that were kept as they stood.
pub(super) fn copy(conn: &Connection) -> Result<(), StoreError> {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let mut read = conn.prepare(&format!("SELECT {names} FROM line ORDER BY n"))?;
    let places = vec!["?"; COLUMNS.len()].join(", ");
    let mut write = conn.prepare(&format!("INSERT INTO line_11 ({names}) VALUES ({places})"))?;
    let mut known = Names::to_write(conn);
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(COLUMNS.len());
        for (at, (name, form)) in COLUMNS.into_iter().enumerate() {
            let packed = form.pack(row.get::<_, Value>(at)?, &mut known)?;
            values.push(match packed {
                Some(value) => value,
                None => return Err(damaged(name, &format!("{:?}", row.get_ref(at)?))),
            });
        }
        write.execute(params_from_iter(values))?;
    }
    renew_versions(conn)
}

fn damaged(column: &str, found: &str) -> StoreError {
    let found: String = found.chars().take(80).collect();
    StoreError::Damaged(format!(
        "line.{column} holds {found}, which is no value of that column"
    ))
}

/// Quotes kept as they stood name the lines they renew by id; from now on by number.
fn renew_versions(conn: &Connection) -> Result<(), StoreError> {
    let mut read = conn.prepare("SELECT n, content FROM quote_version")?;
    let mut write = conn.prepare("UPDATE quote_version SET content = ?2 WHERE n = ?1")?;
    let mut find = conn.prepare("SELECT n FROM line WHERE id = ?1")?;
    let kept: Vec<(i64, String)> = read
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (n, content) in kept {
        let Ok(mut quote) = serde_json::from_str::<serde_json::Value>(&content) else {
            continue;
        };
        let lines = quote
            .get_mut("lines")
            .and_then(|lines| lines.as_array_mut());
        for line in lines.into_iter().flatten() {
            let Some(renews) = line.get_mut("renews") else {
                continue;
            };
            let id = renews.as_str().and_then(|id| id.parse::<uuid::Uuid>().ok());
            let Some(id) = id else { continue };
            let mut found = find.query([id.as_bytes().as_slice()])?;
            *renews = match found.next()? {
                Some(row) => row.get::<_, i64>(0)?.into(),
                None => serde_json::Value::Null,
            };
        }
        write.execute(params![n, quote.to_string()])?;
    }
    Ok(())
}
