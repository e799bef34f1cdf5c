//! One field of many lines at once: typed as a value or a formula, shown cell by cell, then written in one
//! step.

use super::away::Task;
use super::whole::put;
use super::{Column, Model, edit};
use crate::domain::ids::QuoteLineId;
use crate::domain::quote::{Quote, QuoteLine};
use crate::pricing::bulk::{bulk, read};
use crate::pricing::edit::{EditError, Field, parse_field, text_of};
use crate::pricing::hold::Hold;
use crate::pricing::{self, Totals, price_line};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::format;
use crate::ui::overlay::{Overlay, pick, prompt};
use std::collections::HashSet;
use std::sync::Arc;

/// The question: which lines of a quote, what is held, and what the quote comes to now.
#[derive(Debug)]
pub struct Asked {
    quote: Quote,
    ids: HashSet<QuoteLineId>,
    hold: Hold,
    before: Totals,
}

/// What an edit makes of the lines it is for.
struct Found {
    field: Field,
    /// Lines that change, as they are and as they would be.
    changed: Vec<(QuoteLine, QuoteLine)>,
    /// Numbers of those that cannot, and why.
    refused: Vec<(u32, EditError)>,
    /// Lines that have the value already.
    same: usize,
}

impl Model {
    /// Asks what to set in the marked lines, or in this one.
    pub(super) fn ask_bulk(&mut self, ctx: &mut Ctx<'_>) {
        let Some(sheet) = self.sheet.as_deref() else {
            return;
        };
        let rows = self.chosen();
        let lines = rows.iter().filter_map(|row| sheet.kept.lines.get(*row));
        let asked = Arc::new(Asked {
            ids: lines.map(|line| line.id).collect(),
            quote: sheet.kept.clone(),
            hold: self.hold,
            before: sheet.kept_totals.clone(),
        });
        let many = format::count(asked.ids.len(), "line", "lines");
        let field = parse_field(Column::at(self.grid.column).field());
        let start = field.map_or(String::new(), |field| format!("{} ", field.id()));
        let kept = Arc::clone(&asked);
        let much = self.is_much(asked.ids.len(), ctx.desk);
        let title = format!("Edit {many} of {}", asked.quote.number);
        let hint = "discount 40, qty 2, end +1y, unit_net =x*0.95 (x: its own)";
        let check = move |text: &str, desk: &Desk| told(&asked, &find(&asked, text, desk)?, desk);
        let then = move |text: &str, ctx: &mut Ctx<'_>| {
            if much {
                let task = Task::Bulk(Arc::clone(&kept), text.to_string());
                return ctx.ask(Effect::Beside(Box::new(task)));
            }
            match preview(&kept, text, ctx.desk) {
                Ok(preview) => ctx.open(preview.popup()),
                Err(why) => ctx.say(Tone::Refused, why),
            }
        };
        ctx.open(Overlay::Prompt(match much {
            true => prompt::Model::beside(title, hint, &start, Arc::new(check), then),
            false => prompt::Model::new(title, hint, &start, check, then),
        }));
    }
}

fn find(asked: &Asked, text: &str, desk: &Desk) -> Result<Found, String> {
    let (field, value) = read(text).map_err(|why| format!("{}: {}", why.problem, why.hint))?;
    if field == Field::Portfolio {
        return Err("Space picks a portfolio; it goes into every marked line".into());
    }
    let wanted = |line: &QuoteLine| asked.ids.contains(&line.id);
    let mut found = Found {
        field,
        changed: Vec::new(),
        refused: Vec::new(),
        same: 0,
    };
    let on = (desk.today, &*desk.rules);
    for (old, new) in bulk(&asked.quote, wanted, (field, &value), asked.hold, on) {
        match new {
            Err(error) => found.refused.push((old.number, error)),
            Ok(new) if new == old => found.same += 1,
            Ok(new) => found.changed.push((old, new)),
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
    let number = pricing::number_of(line, &priced, field);
    number.map_or("none".into(), |number| {
        crate::domain::money::round_half_up(number, 4)
            .normalize()
            .to_string()
    })
}

/// What the edit would do to lines and totals.
fn told(asked: &Asked, found: &Found, desk: &Desk) -> Result<String, String> {
    if found.changed.is_empty() {
        return Err(match found.refused.first() {
            Some((line, why)) => format!("line {line}: {}", edit::refusal(why)),
            None => "The lines have it already".into(),
        });
    }
    let next = pricing::with_lines(&asked.quote, &found.lines());
    let (_, after) = pricing::price_quote(&next, &desk.rules);
    let (before, currency) = (&asked.before, asked.quote.currency);
    let amount = |value| format::amount(value, currency);
    let refused = match found.refused.len() {
        0 => String::new(),
        n => format!(", {n} refused"),
    };
    Ok(format!(
        "{} change{refused}: net {} → {}, sell {} → {}",
        format::count(found.changed.len(), "line", "lines"),
        amount(before.net),
        amount(after.net),
        amount(before.sell),
        amount(after.sell)
    ))
}

impl Found {
    fn lines(&self) -> Vec<QuoteLine> {
        self.changed.iter().map(|(_, new)| new.clone()).collect()
    }
}

/// Every cell of a bulk edit, and what Enter would write.
#[derive(Debug)]
pub struct Preview {
    title: String,
    items: Vec<(String, String)>,
    /// The quote, without its lines.
    quote: Quote,
    lines: Vec<QuoteLine>,
    label: String,
}

impl Preview {
    /// Shows every cell; Enter writes them all.
    pub(super) fn popup(self) -> Overlay {
        let Preview {
            title,
            items,
            quote,
            lines,
            label,
        } = self;
        let keep = move |ctx: &mut Ctx<'_>| put(&quote, lines, label, ctx);
        Overlay::Pick(pick::Model::preview(title, items, keep))
    }
}

/// What a text in the bulk edit would do, cell by cell.
pub(super) fn preview(asked: &Asked, text: &str, desk: &Desk) -> Result<Preview, String> {
    let found = find(asked, text, desk)?;
    let (quote, field) = (&asked.quote, found.field);
    let many = format::count(found.changed.len(), "line", "lines");
    let refused = found.refused.iter();
    let refused = refused.map(|(line, why)| (format!("line {line} stays"), edit::refusal(why)));
    let cells = found.changed.iter().map(|(old, new)| {
        let cell = |line| shown(line, field, quote, desk);
        let name = format!("line {}", old.number);
        (name, format!("{} → {}", cell(old), cell(new)))
    });
    let same = (found.same > 0).then(|| {
        let count = format::count(found.same, "line", "lines");
        (format!("{count} have it already"), String::new())
    });
    Ok(Preview {
        title: format!("New {} of {many}", field.title()),
        items: refused.chain(cells).chain(same).collect(),
        label: format!("{} {many}: {}", quote.number, text.trim()),
        quote: Quote {
            lines: Vec::new(),
            renewals: quote.renewals.clone(),
            number: Arc::clone(&quote.number),
            ..*quote
        },
        lines: found.lines(),
    })
}
