//! One field of many lines at once: typed as a value or a formula, shown cell by cell, then written in one
//! step.

use super::whole::put;
use super::{Column, Model, edit};
use crate::domain::ids::QuoteLineId;
use crate::domain::quote::{Quote, QuoteLine};
use crate::pricing::bulk::{bulk, read};
use crate::pricing::edit::{Field, parse_field, text_of};
use crate::pricing::{self, price_line};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Tone;
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick, prompt};
use std::collections::HashSet;

/// What an edit makes of the lines it is for.
struct Found {
    field: Field,
    /// Cells that change, as a person reads them.
    cells: Vec<(String, String)>,
    refused: Vec<(String, String)>,
    lines: Vec<QuoteLine>,
    /// Lines that have the value already.
    same: usize,
}

impl Model {
    /// Asks what to set in the marked lines, or in this one.
    pub(super) fn ask_bulk(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = &self.sheet else { return };
        let at = self.grid.row();
        let rows = self.grid.marked().unwrap_or(at..=at);
        let lines = rows.filter_map(|row| sheet.kept.lines.get(row));
        let ids: HashSet<QuoteLineId> = lines.map(|line| line.id).collect();
        let many = format::count(ids.len(), "line", "lines");
        let field = parse_field(Column::at(self.grid.column).field());
        let start = field.map_or(String::new(), |field| format!("{} ", field.id()));
        let quote = sheet.kept.clone();
        let (asked, kept) = (quote.clone(), ids.clone());
        let popup = prompt::Model::new(
            format!("Edit {many} of {}", quote.number),
            "discount 40, qty 2, end +1y, unit_net =x*0.95 (x: its own)",
            &start,
            move |text, desk| {
                let found = find(&quote, &ids, text, desk)?;
                told(&quote, &found, desk)
            },
            move |text, ctx| match find(&asked, &kept, text, ctx.desk) {
                Ok(found) => show(asked, found, text, ctx),
                Err(why) => ctx.say(Tone::Refused, why),
            },
        );
        ctx.open(Overlay::Prompt(popup));
    }
}

fn find(
    quote: &Quote,
    ids: &HashSet<QuoteLineId>,
    text: &str,
    desk: &Desk,
) -> Result<Found, String> {
    let (field, value) = read(text).map_err(|why| format!("{}: {}", why.problem, why.hint))?;
    if field == Field::Portfolio {
        return Err("Space picks a portfolio; it goes into every marked line".into());
    }
    let wanted = |line: &QuoteLine| ids.contains(&line.id);
    let mut found = Found {
        field,
        cells: Vec::new(),
        refused: Vec::new(),
        lines: Vec::new(),
        same: 0,
    };
    for (old, new) in bulk(quote, wanted, (field, &value), desk.today, &desk.rules) {
        let name = format!("line {}", old.number);
        match new {
            Err(error) => found.refused.push((name, edit::refusal(&error))),
            Ok(new) if new == old => found.same += 1,
            Ok(new) => {
                let cell = |line| shown(line, field, quote, desk);
                found
                    .cells
                    .push((name, format!("{} → {}", cell(&old), cell(&new))));
                found.lines.push(new);
            }
        }
    }
    Ok(found)
}

/// The cell as a person reads it: as typed where it is what was typed, else as priced.
fn shown(line: &QuoteLine, field: Field, quote: &Quote, desk: &Desk) -> String {
    match field {
        Field::Start => return format::day(line.start),
        Field::End => return format::day(line.end),
        _ => {}
    }
    let typed = text_of(line, field);
    if !typed.is_empty() {
        return typed;
    }
    let priced = price_line(line, quote.currency, &desk.rules);
    let number = pricing::edit::number_of(line, &priced, field);
    number.map_or("none".into(), |number| {
        crate::domain::money::round_half_up(number, 4)
            .normalize()
            .to_string()
    })
}

/// What the edit would do to lines and totals.
fn told(quote: &Quote, found: &Found, desk: &Desk) -> Result<String, String> {
    if found.lines.is_empty() {
        return Err(match found.refused.first() {
            Some((line, why)) => format!("{line}: {why}"),
            None => "The lines have it already".into(),
        });
    }
    let (_, before) = pricing::price_quote(quote, &desk.rules);
    let next = pricing::with_lines(quote, &found.lines);
    let (_, after) = pricing::price_quote(&next, &desk.rules);
    let amount = |value| format::amount(value, quote.currency);
    let refused = match found.refused.len() {
        0 => String::new(),
        n => format!(", {n} refused"),
    };
    Ok(format!(
        "{} change{refused}: net {} → {}, sell {} → {}",
        format::count(found.lines.len(), "line", "lines"),
        amount(before.net),
        amount(after.net),
        amount(before.sell),
        amount(after.sell)
    ))
}

/// Shows every cell; Enter writes them all.
fn show(quote: Quote, found: Found, text: &str, ctx: &mut Ctx<'_>) {
    let many = format::count(found.lines.len(), "line", "lines");
    let (title, label) = (
        format!("New {} of {many}", found.field.title()),
        format!("{} {many}: {}", quote.number, text.trim()),
    );
    let same = (found.same > 0).then(|| {
        let count = format::count(found.same, "line", "lines");
        (format!("{count} have it already"), String::new())
    });
    let refused = found.refused.into_iter();
    let refused = refused.map(|(line, why)| (format!("{line} stays"), why));
    let items = refused.chain(found.cells).chain(same).collect();
    let lines = found.lines;
    let popup = pick::Model::preview(title, items, move |ctx| put(&quote, lines, label, ctx));
    ctx.open(Overlay::Pick(popup));
}
