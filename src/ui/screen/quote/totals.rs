//! The lines under the grid that are always in sight: totals, value against what expires, what is
//! being typed or why it cannot be kept.

use super::columns::{self, Column};
use super::sheet::long_or_short;
use super::{Model, Sheet, edit, explain};
use crate::pricing::ChangeClass;
use crate::pricing::price_rules;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::theme::Role;
use crate::ui::widget::paint;
use rust_decimal::Decimal;

/// A line as pieces with their look.
pub type Pieces = Vec<(String, Role)>;

/// Totals, change, and the note line, in at most `cells` a line.
pub fn lines(model: &Model, sheet: &Sheet, desk: &Desk, cells: usize) -> Vec<Pieces> {
    let mut out = paint::flow(&totals(sheet), cells);
    let mut against = against(sheet);
    if let Some(pays) = &model.pays {
        let role = if sheet.typing() {
            Role::Typing
        } else {
            Role::Text
        };
        against.push((pays.clone(), role));
    }
    out.extend(paint::flow(&against, cells));
    out.push(note(model, sheet, desk));
    out
}

fn totals(sheet: &Sheet) -> Pieces {
    let (now, kept) = (&sheet.totals, &sheet.kept_totals);
    let money = |name: &str, value: Decimal, before: Decimal| {
        let role = if value == before {
            Role::Strong
        } else {
            Role::Typing
        };
        (
            format!("{name} {}", format::amount(value, now.currency)),
            role,
        )
    };
    let percent = |name: &str, value: Option<Decimal>, before: Option<Decimal>| {
        let role = if value == before {
            Role::Text
        } else {
            Role::Typing
        };
        let text = value.map_or_else(|| "-".to_string(), |v| format::percent(v, 2));
        (format!("{name} {text}"), role)
    };
    let mut out = vec![
        (format!("Total {}", now.currency), Role::Title),
        money("list", now.list, kept.list),
        percent("disc", now.discount_pct, kept.discount_pct),
        money("net", now.net, kept.net),
        money("sell", now.sell, kept.sell),
        percent("margin", now.margin_pct, kept.margin_pct),
        money("TCV", now.tcv, kept.tcv),
        money("ACV", now.acv, kept.acv),
    ];
    if now.unpriced > 0 {
        let text = format!(
            "{} not counted",
            format::count(now.unpriced, "unpriced line", "unpriced lines")
        );
        out.push((text, Role::Soon));
    }
    out
}

fn against(sheet: &Sheet) -> Pieces {
    let change = &sheet.change;
    let places = sheet.kept.currency.minor_units();
    if sheet.beside.is_empty() {
        return vec![("Nothing expires with this quote".to_string(), Role::Dim)];
    }
    let amount = |value: Decimal| format::decimal(value, places);
    let class = match change.class {
        ChangeClass::Flat => "flat",
        ChangeClass::Uplift => "uplift",
        ChangeClass::Expansion => "expansion",
        ChangeClass::Contraction => "contraction",
    };
    let role = match change.class {
        ChangeClass::Contraction => Role::Bad,
        ChangeClass::Flat => Role::Text,
        ChangeClass::Uplift | ChangeClass::Expansion => Role::Good,
    };
    let mut out = vec![
        (format!("A year: due {}", amount(change.due)), Role::Text),
        (format!("offered {}", amount(change.offered)), Role::Text),
        (
            format!("= {} {class}", format::change(change.total, places)),
            role,
        ),
    ];
    let parts = [
        ("price", change.price),
        ("volume", change.volume),
        ("added", change.added),
        ("removed", change.removed),
    ];
    for (name, part) in parts.into_iter().filter(|(_, part)| !part.is_zero()) {
        out.push((
            format!("{name} {}", format::change(part, places)),
            Role::Dim,
        ));
    }
    out
}

/// What is being typed, what is wrong with it, or what to know about the line under the cursor.
fn note(model: &Model, sheet: &Sheet, desk: &Desk) -> Pieces {
    if let (Some(open), Some(draft)) = (model.grid.editing(), &sheet.draft) {
        let back = format!("Enter keep | Esc back to {}", shown_before(&open.original));
        return match &draft.outcome {
            Err(error) => vec![(edit::refusal(error), Role::Bad)],
            Ok(()) => {
                let mut out = vec![
                    (
                        typing(sheet, draft.row, draft.column, open.field.text()),
                        Role::Typing,
                    ),
                    (back, Role::Key),
                ];
                if let Some(why) = sheet.priced.get(draft.row).and_then(long_or_short) {
                    out.insert(1, (why, Role::Soon));
                }
                out
            }
        };
    }
    if let Some(head) = sheet.head_at(model.grid.row()) {
        let fold = match sheet.is_folded(model.grid.row()) {
            true => "Enter shows its lines",
            false => "Enter folds them",
        };
        let text = format!("{}: {}", sheet.name_of(head), sheet.told_of(head));
        return vec![(text, Role::Text), (fold.to_string(), Role::Key)];
    }
    let at = model.row().unwrap_or(usize::MAX);
    let (Some(line), Some(priced)) = (sheet.kept.lines.get(at), sheet.priced.get(at)) else {
        return vec![("No lines: a adds one".to_string(), Role::Dim)];
    };
    let mut facts: Vec<String> = priced.warnings.iter().map(columns::warning).collect();
    if let (Some(ldos), false) = (line.ldos, facts.iter().any(|f| f.contains("last date"))) {
        let days = (ldos - desk.today).num_days();
        if days < 730 {
            facts.push(format!(
                "last date of support {} ({days} d)",
                format::day(ldos)
            ));
        }
    }
    facts.extend(explain::follows(line, &sheet.kept, desk));
    // which rule priced the line stands behind what must be known of it
    let rule = price_rules::told(line).map(|words| match facts.is_empty() {
        true => (format!("Line {}: {words}", line.number), Role::Dim),
        false => (words, Role::Dim),
    });
    if facts.is_empty() {
        // a doubtful term elsewhere is not left to a mark alone
        let odd = sheet.odd.first().and_then(|row| {
            let why = sheet.priced.get(*row).and_then(long_or_short)?;
            let number = sheet.kept.lines.get(*row)?.number;
            Some((format!("Line {number}: {why}"), Role::Soon))
        });
        return odd.into_iter().chain(rule).collect();
    }
    let told = format!("Line {}: {}", line.number, facts.join("; "));
    std::iter::once((told, Role::Soon)).chain(rule).collect()
}

fn shown_before(original: &str) -> &str {
    if original.is_empty() {
        "empty"
    } else {
        original
    }
}

fn typing(sheet: &Sheet, row: usize, column: Column, text: &str) -> String {
    let currency = sheet.kept.currency;
    let money = |value: Option<Decimal>| {
        value.map_or_else(|| "?".to_string(), |v| format::amount(v, currency))
    };
    let before = sheet
        .draft
        .as_ref()
        .and_then(|draft| draft.before.extended_net);
    let after = sheet.priced.get(row).and_then(|priced| priced.extended_net);
    let number = sheet.kept.lines.get(row).map_or(0, |line| line.number);
    if before == after {
        return format!(
            "Typing {} {text}: line {number} net stays {}",
            column.words(),
            money(after)
        );
    }
    format!(
        "Typing {} {text}: line {number} {} → {}",
        column.words(),
        money(before),
        money(after)
    )
}
