//! Reads the thresholds of the expansion plays. A pack from before a play says nothing of it; then what
//! is shipped holds.

use super::problem::Problem;
use super::read::Row;
use crate::domain::adoption::STAGES;
use crate::domain::rules::{Attach, PlayRules, Tier};
use regex::Regex;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Days, months and counts above this are a slip of the pen.
const MOST: i64 = 36_500;

/// The `play` table.
pub fn read(row: &mut Row<'_>) -> PlayRules {
    let known = PlayRules::default();
    let rules = PlayRules {
        refresh_months: row.small("refresh_months"),
        win_back_days: whole(row, "win_back_days", None),
        window_days: whole(row, "window_days", Some(known.window_days)),
        next_months: months(row, "next_months", known.next_months),
        longest_months: months(row, "longest_months", known.longest_months),
        licence_days: whole(row, "licence_days", Some(known.licence_days)),
        uplift_days: whole(row, "uplift_days", Some(known.uplift_days)),
        norm_lines: count(row, "norm_lines", known.norm_lines),
        norm_pct: above_zero(row, "norm_pct", known.norm_pct),
        stalled_days: whole(row, "stalled_days", Some(known.stalled_days)),
        stalled_months: months(row, "stalled_months", known.stalled_months),
        stalled_stages: stages(row, known.stalled_stages),
        multi_year_months: months(row, "multi_year_months", known.multi_year_months),
        multi_year_renewals: count(row, "multi_year_renewals", known.multi_year_renewals),
        multi_year_gap_days: whole(row, "multi_year_gap_days", Some(known.multi_year_gap_days)),
        coterm_months: months(row, "coterm_months", known.coterm_months),
        coterm_ends: count(row, "coterm_ends", known.coterm_ends),
        white_portfolios: count(row, "white_portfolios", known.white_portfolios),
        peers: count(row, "peers", known.peers),
        peer_pct: above_zero(row, "peer_pct", known.peer_pct),
        size_step: above_zero(row, "size_step", known.size_step),
        size_reach: count(row, "size_reach", known.size_reach),
        task_days: whole(row, "task_days", Some(known.task_days)),
    };
    // finer steps than a tenth would be more classes than customers
    if rules.size_step < Decimal::new(11, 1) {
        complain(row, "size_step", "size_step must be 1.1 or more");
    }
    row.provenance();
    rules
}

/// A row of the tier ladder.
pub fn tier(row: &mut Row<'_>) -> Tier {
    let tier = Tier {
        axis: row.required_choice("axis", &["response", "programme"]),
        name: row.text("name").into(),
        rank: row.int("rank"),
    };
    row.provenance();
    tier
}

/// A row of devices and their licences.
pub fn attach(row: &mut Row<'_>) -> Attach {
    let mut pattern = |key: &'static str, groups: usize| {
        let text = row.text(key);
        match Regex::new(text) {
            Ok(found) if found.captures_len() > groups => {}
            Ok(_) => complain(row, key, "a licence pattern needs a group for the device"),
            Err(_) => complain(row, key, "this is no pattern"),
        }
        text.into()
    };
    let attach = Attach {
        device: pattern("device", 0),
        licence: pattern("licence", 1),
    };
    row.provenance();
    attach
}

fn complain(row: &mut Row<'_>, key: &'static str, words: &str) {
    let place = row.place_of(key);
    row.complain(Problem::error(place, words.to_string()));
}

/// Ids of stages, with spaces or commas between them. One that no use case can have would never be met.
fn stages(row: &mut Row<'_>, known: Vec<Arc<str>>) -> Vec<Arc<str>> {
    let Some(text) = row.opt_text("stalled_stages") else {
        return known;
    };
    let ids = text.split(|c: char| c.is_whitespace() || c == ',');
    let mut stages = Vec::new();
    for id in ids.filter(|id| !id.is_empty()) {
        match STAGES.iter().find(|stage| stage.eq_ignore_ascii_case(id)) {
            Some(stage) => stages.push(Arc::from(*stage)),
            None => {
                let all = STAGES.join(", ");
                complain(
                    row,
                    "stalled_stages",
                    &format!("{id} is no stage; there are {all}"),
                );
            }
        }
    }
    stages
}

fn whole(row: &mut Row<'_>, key: &'static str, known: Option<i64>) -> i64 {
    let found = match known {
        Some(known) => row.opt_int(key).unwrap_or(known),
        None => row.int(key),
    };
    if !(0..=MOST).contains(&found) {
        complain(row, key, &format!("{key} must be 0 to 36,500"));
        return known.unwrap_or(0);
    }
    found
}

fn months(row: &mut Row<'_>, key: &'static str, known: i32) -> i32 {
    i32::try_from(whole(row, key, Some(i64::from(known)))).unwrap_or(known)
}

fn count(row: &mut Row<'_>, key: &'static str, known: usize) -> usize {
    let found = whole(row, key, i64::try_from(known).ok());
    usize::try_from(found).unwrap_or(known)
}

fn above_zero(row: &mut Row<'_>, key: &'static str, known: Decimal) -> Decimal {
    let found = row.opt_decimal(key).unwrap_or(known);
    if found <= Decimal::ZERO {
        complain(row, key, &format!("{key} must be above 0"));
        return known;
    }
    found
}
