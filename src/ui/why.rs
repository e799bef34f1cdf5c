//! Why a figure of a list is what it is: the clock with its source, the value with its lines, the
//! probability with its addends, the rank with its factors.

use super::desk::Desk;
use super::format;
use super::pane::{explain, incentive};
use super::screen::pipeline::columns::{self, COLUMNS};
use crate::book::sort::Column;
use crate::book::{Clock, QueueRow};
use crate::domain::renewal::Basis;

/// Lines of a value listed one by one; more are summed up.
const MOST_LINES: usize = 40;

type Lines = Vec<(String, String)>;

/// The explanation of a cell of the pipeline.
pub fn row(row: &QueueRow, by: Column, desk: &Desk) -> explain::Model {
    let title = COLUMNS
        .iter()
        .find(|col| col.by == by)
        .map_or("Why", |col| col.title);
    let mut lines: Lines = Vec::new();
    let ranks = matches!(by, Column::Priority | Column::Exposure);
    if !ranks {
        lines.push(("shown".into(), columns::cell(by, row, desk).0));
    }
    match by {
        Column::Countdown | Column::Clock(_) | Column::End => clocks(row, desk, &mut lines),
        Column::Atr => {
            value(row, desk, &mut lines);
            stake(row, desk, &mut lines);
        }
        Column::Risk => risk(row, desk, &mut lines),
        Column::Priority | Column::Exposure => {
            rank(row, desk, &mut lines);
            value(row, desk, &mut lines);
            stake(row, desk, &mut lines);
        }
        Column::AtStake => {
            lines.push((
                "rule".into(),
                "what the scores lose when this renewal lapses while everything else open is won; what is due stays due. pivotal: it crosses a step alone; shared: only with others; spare: nothing is lost, and ~ says how far its ratios move, each by its metric's weight"
                    .into(),
            ));
            lines.extend(super::pane::stake::lines(row, desk));
        }
        Column::Plays => {
            lines.push((
                "rule".into(),
                "suggestions for the customer that wait for a decision, and the highest value among them; e lists them"
                    .into(),
            ));
        }
        Column::NextDate | Column::NextStep | Column::Owner | Column::Stage => {
            lines.push((
                "source".into(),
                "entered on this desk; imports never write it".into(),
            ));
        }
        _ => lines.push(("source".into(), source(row, desk))),
    }
    let name = format!("{title} of {} {}", row.customer(), row.contract_number());
    explain::Model::new(name, lines)
}

fn clocks(row: &QueueRow, desk: &Desk, lines: &mut Lines) {
    lines.push((
        "rule".into(),
        "the nearest clock still ahead leads; after the end it is the end, overdue to the last day of grace, then lapsed"
            .into(),
    ));
    lines.push(("today".into(), format::day(desk.today)));
    let told = desk.told(row.renewal());
    for clock in Clock::ALL {
        let known = told.as_ref().and_then(|told| told.clocks.get(clock));
        let text = match known {
            Some(date) => format!(
                "{} - today = {} d   ({})",
                format::day(date.date),
                (date.date - desk.today).num_days(),
                date.source
            ),
            None => "does not apply, or no date is known".into(),
        };
        let lead = if row.countdown().clock == Some(clock) {
            " (leads)"
        } else {
            ""
        };
        lines.push((format!("{}{lead}", clock.title()), text));
    }
}

fn value(row: &QueueRow, desk: &Desk, lines: &mut Lines) {
    lines.push((
        "rule".into(),
        "ATR = sum over the lines of price per year, each rounded; net from the file, list where it has no net"
            .into(),
    ));
    let ids = desk.queue.lines_of(row.renewal());
    let mut rest = 0usize;
    for (at, id) in ids.iter().enumerate() {
        let Some(line) = desk.snapshot.lines.get(id) else {
            continue;
        };
        if at >= MOST_LINES {
            rest += 1;
            continue;
        }
        let name = line.pid.as_deref().or(line.service_sku.as_deref());
        let label = format!("line {} {}", at + 1, name.unwrap_or("unnamed"));
        let text = match crate::pricing::line_run_rate(&line) {
            Some((rate, basis)) => {
                let places = line.currency.map_or(2, |c| c.minor_units());
                let basis = if basis == Basis::List { "list" } else { "net" };
                format!("{} a year ({basis})", format::decimal(rate, places))
            }
            None => "no price in the file".into(),
        };
        lines.push((label, text));
    }
    if rest > 0 {
        lines.push(("and".into(), format!("{rest} more lines")));
    }
    let sum = match (row.atr().amount, row.atr().currency) {
        (Some(amount), Some(currency)) => {
            format!("{currency} {}", format::amount(amount, currency))
        }
        _ => "no price".into(),
    };
    lines.push(("ATR".into(), sum));
    let mark = match row.atr().basis {
        Basis::List => "L: list prices, since the file has no net ones",
        Basis::Mixed => "~: net prices, and the list price of lines without one",
        _ => return,
    };
    lines.push(("mark".into(), mark.into()));
}

/// What the incentive pays for it, as on paper.
fn stake(row: &QueueRow, desk: &Desk, lines: &mut Lines) {
    let loaded = desk
        .incentive
        .as_ref()
        .is_some_and(|book| !book.terms.is_empty());
    let worked = incentive::of_renewal(row, desk).filter(|_| loaded);
    if let Some(text) = incentive::stake(row, desk) {
        lines.push(("incentive".into(), text));
    }
    lines.extend(worked.into_iter().flat_map(|model| model.lines));
}

fn risk(row: &QueueRow, desk: &Desk, lines: &mut Lines) {
    lines.push((
        "rule".into(),
        "the level is the worst signal's; the chance to win starts from the level, each further signal lowers it".into(),
    ));
    let Some(told) = desk.told(row.renewal()) else {
        return;
    };
    for reason in &told.risk.reasons {
        lines.push((reason.class.words().into(), reason.sentence.clone()));
    }
    if told.risk.reasons.is_empty() {
        lines.push(("signals".into(), "none".into()));
    }
    for (what, points) in &told.risk.worked {
        lines.push((what.clone(), format::change(*points, 1)));
    }
    lines.push((
        "chance to win".into(),
        format::percent(row.risk().win_pct, 1),
    ));
}

/// The three factors of the rank.
pub fn rank(row: &QueueRow, desk: &Desk, lines: &mut Lines) {
    let rank = row.priority(&desk.rules);
    lines.push(("value".into(), format::decimal(rank.amount, 2)));
    lines.push(("× chance to lose".into(), rank.loss.normalize().to_string()));
    lines.push(("× urgency".into(), rank.urgency.normalize().to_string()));
    lines.push(("= rank".into(), format::decimal(rank.score, 2)));
}

fn source(row: &QueueRow, desk: &Desk) -> String {
    let first = desk.queue.lines_of(row.renewal()).first();
    let line = first.and_then(|id| desk.snapshot.lines.get(id));
    match line.and_then(|line| Some((line.origin?, line.origin_sheet))) {
        Some((origin, sheet)) => {
            let file = desk.snapshot.batches.get(origin.batch);
            let name = file.map_or("an import", |batch| batch.file.as_str());
            format!(
                "{} and following",
                origin.words(&format!("{name},"), sheet.as_deref())
            )
        }
        None => "no file names it".into(),
    }
}
