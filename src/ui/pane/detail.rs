//! The renewal in full: the leading clock first, then all clocks with their sources, value, risk
//! with its reasons, the lines (only those on screen are built), notes and history.

use crate::book::{Clock, CountdownState, QueueRow, countdown};
use crate::domain::activity::Activity;
use crate::domain::ids::{LineId, RenewalId};
use crate::domain::line::Line;
use crate::domain::renewal::Basis;
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::incentive;
use crate::ui::pane::stake;
use crate::ui::screen::pipeline::columns;
use crate::ui::theme::Role;
use crate::ui::widget::list::List;
use ratatui::layout::Rect;
use std::cell::RefCell;
use std::rc::Rc;

/// A label, a text, how it looks.
type Fact = (String, String, Role);

/// Width of the labels.
const LABEL: usize = 9;

/// Which lines of the renewal shown last have words of the customer: of a thousand lines only these
/// are looked at for the next frame, while the book stays as it is.
#[derive(Debug, Default)]
pub struct Comments(RefCell<Option<Commented>>);

/// The lines with words, and what they were found in: the renewal, the operation of the book, the rows.
#[derive(Debug)]
struct Commented {
    of: (RenewalId, i64, u64),
    lines: Rc<[LineId]>,
}

impl Comments {
    fn lines(&self, row: &QueueRow, desk: &Desk) -> Rc<[LineId]> {
        let of = (row.renewal(), desk.snapshot.op_seq, desk.generation);
        let mut held = self.0.borrow_mut();
        if let Some(found) = held.as_ref().filter(|found| found.of == of) {
            return Rc::clone(&found.lines);
        }
        let commented = |id: &LineId| {
            let line = desk.snapshot.lines.get(*id);
            line.is_some_and(|line| line.customer_comment.is_some())
        };
        let lines = desk.queue.lines_of(row.renewal()).iter();
        let lines: Rc<[LineId]> = lines.filter(commented).collect();
        held.insert(Commented { of, lines }).lines.clone()
    }
}

/// Draws it.
pub fn view(
    row: Option<QueueRow<'_>>,
    (list, comments): (&List, &Comments),
    desk: &Desk,
    canvas: &mut Canvas<'_>,
    area: Rect,
    focus: bool,
) {
    let title = row.map_or_else(|| "Detail".to_string(), |row| row.customer().to_string());
    let inside = canvas.frame(area, &title, focus);
    let Some(row) = row else { return };
    if inside.width < 12 || inside.height == 0 {
        return;
    }
    let cells = usize::from(inside.width) - 2;
    let above = facts(&row, desk, cells);
    let lines = desk.queue.lines_of(row.renewal());
    let below = story(&row, comments, desk, cells);
    let head = format!("Lines ({})", lines.len());
    let whole = above.len() + 1 + lines.len() + below.len();
    let shown = list.part(whole, usize::from(inside.height));
    for (at, index) in shown.enumerate() {
        let y = inside.y + at as u16;
        let x = inside.x + 1;
        if let Some(fact) = above.get(index) {
            draw(fact, canvas, x, y, cells);
        } else if index == above.len() {
            canvas.text(x, y, cells, &head, Role::Title);
        } else if let Some(id) = lines.get(index - above.len() - 1) {
            line(id, desk, canvas, x, y, cells);
        } else if let Some(fact) = below.get(index - above.len() - 1 - lines.len()) {
            draw(fact, canvas, x, y, cells);
        }
    }
}

fn draw((label, text, role): &Fact, canvas: &mut Canvas<'_>, x: u16, y: u16, cells: usize) {
    if label.is_empty() {
        canvas.text(x, y, cells, text, *role);
        return;
    }
    canvas.text(x, y, LABEL, label, Role::Dim);
    let at = x + LABEL as u16 + 1;
    canvas.text(at, y, cells.saturating_sub(LABEL + 1), text, *role);
}

/// One line on a renewal, for small windows: the days of every clock, then what is next.
pub fn one_line(row: &QueueRow, desk: &Desk) -> String {
    let clocks: Vec<String> = Clock::ALL
        .into_iter()
        .filter_map(|clock| {
            let days = row.clocks().days(clock, desk.today)?;
            Some(format!("{} {days} d", columns::short_clock(clock)))
        })
        .collect();
    let next = match (row.next_step(), row.next_date()) {
        (Some(step), Some(day)) => format!("   {} {step}", format::day(day)),
        (None, Some(day)) => format!("   next {}", format::day(day)),
        (Some(step), None) => format!("   {step}"),
        (None, None) => String::new(),
    };
    let plays = match row.plays() {
        Some(plays) if plays.open > 0 => {
            format!(
                "   {} (e)",
                format::count(plays.open as usize, "play", "plays")
            )
        }
        _ => String::new(),
    };
    format!("{}{plays}{next}", clocks.join("  "))
}

fn facts(row: &QueueRow, desk: &Desk, cells: usize) -> Vec<Fact> {
    let (words, role) = columns::countdown(row);
    let mut out: Vec<Fact> = vec![(String::new(), words, role)];
    let mut fact = |label: &str, text: String| out.push((label.into(), text, Role::Text));
    fact(
        "Contract",
        format!("{}   {}", row.contract_number(), row.status().word()),
    );
    fact("What", row.what().to_string());
    let value = match row.atr().amount {
        Some(_) => {
            let code = row
                .atr()
                .currency
                .map_or(String::new(), |c| format!("{c} "));
            let basis = match row.atr().basis {
                Basis::Net => "net",
                Basis::List => "list, the file has no net",
                Basis::Mixed => "net, list where none",
                Basis::None => "",
            };
            format!("{code}{} a year ({basis})", columns::atr(row))
        }
        None => "no price in the file".into(),
    };
    fact("ATR", value);
    plays(row, &mut out);
    stake(row, desk, cells, &mut out);
    let told = desk.told(row.renewal());
    for clock in Clock::ALL {
        let source = told.as_ref().and_then(|told| told.clocks.get(clock));
        let source = source.map_or("", |known| &known.source);
        clock_facts((clock, source), row, desk, cells, &mut out);
    }
    let (level, role) = (row.risk().level, columns::level(row.risk().level));
    let win = format!(
        "{}, {} to win",
        level.words(),
        format::percent(row.risk().win_pct, 1)
    );
    out.push(("Risk".into(), win, role));
    let reasons = told.iter().flat_map(|told| &told.risk.reasons);
    for reason in reasons {
        for part in format::wrap(&reason.sentence, cells.saturating_sub(2)) {
            out.push((
                String::new(),
                format!("  {part}"),
                columns::level(reason.class),
            ));
        }
    }
    for (label, text) in stake::lines(row, desk) {
        if label.is_empty() {
            let indent = text.len() - text.trim_start().len();
            for (at, part) in format::wrap(text.trim_start(), cells.saturating_sub(4 + indent))
                .iter()
                .enumerate()
            {
                let indent = indent + 2 + usize::from(at > 0) * 2;
                out.push((String::new(), format!("{:indent$}{part}", ""), Role::Text));
            }
        } else {
            let role = columns::at_stake(row, desk).1;
            out.push((label, text, role));
        }
    }
    let stage = columns::cell(crate::book::sort::Column::Stage, row, desk).0;
    out.push(("Stage".into(), stage, Role::Text));
    let owner = row.owner().unwrap_or("(nobody)");
    out.push(("Owner".into(), owner.to_string(), Role::Text));
    let next = match (row.next_step(), row.next_date()) {
        (None, None) => "none set (c, d)".to_string(),
        (step, day) => {
            let step = step.unwrap_or("no step");
            format!("{}  {step}", format::day_or_dash(day))
        }
    };
    out.push(("Next".into(), next, Role::Text));
    if let Some(number) = row.quote_number() {
        out.push(("Quote".into(), number.to_string(), Role::Text));
    }
    out
}

/// What waits to be offered to the customer, and the best of it.
fn plays(row: &QueueRow, out: &mut Vec<Fact>) {
    let Some(plays) = row.plays().filter(|plays| plays.open > 0) else {
        return;
    };
    let count = format::count(plays.open as usize, "suggestion", "suggestions");
    let best = plays
        .best
        .map(|best| format!(", best {}", format::money(best)));
    let text = format!("{count}{} (e)", best.unwrap_or_default());
    out.push(("Plays".into(), text, Role::Good));
}

/// What the renewal pays by the loaded rates, and what waiting costs.
fn stake(row: &QueueRow, desk: &Desk, cells: usize, out: &mut Vec<Fact>) {
    let room = cells.saturating_sub(LABEL + 1);
    let stake = incentive::stake(row, desk);
    let parts = stake.iter().flat_map(|text| format::wrap(text, room));
    for (at, part) in parts.enumerate() {
        let label = if at == 0 { "CPI" } else { " " };
        out.push((label.into(), part, Role::Text));
    }
    let delay = incentive::delay(row, desk);
    for part in delay
        .iter()
        .flat_map(|text| format::wrap(text, cells.saturating_sub(2)))
    {
        out.push((String::new(), format!("  {part}"), Role::Dim));
    }
    for text in incentive::adoption(row, desk) {
        for (at, part) in format::wrap(&text, room).into_iter().enumerate() {
            let label = if at == 0 { "Adopt" } else { " " };
            out.push((label.into(), part, Role::Text));
        }
    }
}

/// Day, days with sign and word, and on the next line where the day comes from.
fn clock_facts(
    (clock, source): (Clock, &str),
    row: &QueueRow,
    desk: &Desk,
    cells: usize,
    out: &mut Vec<Fact>,
) {
    let label = match clock {
        Clock::ContractEnd => "End",
        Clock::LastRenewal => "Renew by",
        Clock::LastAttach => "Attach by",
        Clock::Ldos => "LDoS",
        Clock::QuoteValidity => "Quote to",
        Clock::CancelBy => "Cancel by",
    };
    let Some(date) = row.clock(clock) else {
        if clock != Clock::CancelBy {
            out.push((label.into(), "-".into(), Role::Dim));
        }
        return;
    };
    let days = (date - desk.today).num_days();
    let near = if row.open() {
        countdown::band(&desk.rules, clock, days)
    } else {
        CountdownState::Done
    };
    let left = if days == 0 {
        "today".to_string()
    } else {
        format!("{days} d")
    };
    // a day to attach that went by weighs nothing, but it is not well either
    let gone = days < 0 && near == CountdownState::Ok;
    let (word, role) = if gone {
        ("past", Role::Dim)
    } else {
        (near.word(), columns::state(near))
    };
    let text = format!("{} {left:>6} {:<2} {word}", format::day(date), near.sign());
    out.push((label.into(), text, role));
    for part in format::wrap(source, cells.saturating_sub(2)) {
        out.push((String::new(), format!("  {part}"), Role::Dim));
    }
}

fn line(id: LineId, desk: &Desk, canvas: &mut Canvas<'_>, x: u16, y: u16, cells: usize) {
    let Some(line) = desk.snapshot.lines.get(id) else {
        return;
    };
    let serial = line.serial.as_deref().unwrap_or("no serial");
    let what = product(&line);
    let answer = match line.customer_renew {
        Some(true) => "customer: yes, ",
        Some(false) => "customer: no, ",
        None => "",
    };
    let text = format!("{answer}{} x {what}", line.quantity.normalize());
    let room = cells.saturating_sub(14);
    canvas.text(x, y, room, &text, Role::Text);
    canvas.right(x + room as u16 + 1, y, cells - room - 1, serial, Role::Dim);
}

fn product(line: &Line) -> &str {
    line.pid
        .as_deref()
        .or(line.service_sku.as_deref())
        .or(line.description.as_deref())
        .unwrap_or("unnamed")
}

/// What the customer wrote beside lines of an asset list that came back.
fn customer_words(lines: &[LineId], desk: &Desk, cells: usize, out: &mut Vec<Fact>) {
    let lines = lines.iter().filter_map(|id| desk.snapshot.lines.get(*id));
    for line in lines {
        let Some(comment) = &line.customer_comment else {
            continue;
        };
        let serial = line.serial.as_deref().unwrap_or_else(|| product(&line));
        let words = format!("Customer on {serial}: {comment}");
        for (at, part) in format::wrap(&words, cells.saturating_sub(2))
            .iter()
            .enumerate()
        {
            let indent = if at == 0 { "" } else { "  " };
            out.push((String::new(), format!("{indent}{part}"), Role::Text));
        }
    }
}

/// Notes and what happened, newest first.
fn story(row: &QueueRow, comments: &Comments, desk: &Desk, cells: usize) -> Vec<Fact> {
    let own = desk.queue.activities_of(row.renewal(), &desk.snapshot);
    let mut activities: Vec<Activity> = own.collect();
    activities.sort_by(|a, b| b.on.cmp(&a.on).then(b.id.cmp(&a.id)));
    let mut out: Vec<Fact> = Vec::new();
    if let Some(reason) = desk.renewal(row.renewal()).and_then(|r| r.at_risk.clone()) {
        out.push(("At risk".into(), reason, Role::Soon));
    }
    customer_words(&comments.lines(row, desk), desk, cells, &mut out);
    out.push((
        String::new(),
        format!("Notes and history ({})   o adds", activities.len()),
        Role::Title,
    ));
    for activity in activities {
        let kind = desk
            .rules
            .outcomes
            .iter()
            .find(|outcome| outcome.id == activity.kind)
            .map_or(&*activity.kind, |outcome| outcome.title.as_str());
        let text = if activity.text.is_empty() || activity.text == kind {
            kind.to_string()
        } else {
            format!("{kind}: {}", activity.text)
        };
        let head = format!("{} {}: {text}", format::day(activity.on), activity.by);
        for (at, part) in format::wrap(&head, cells.saturating_sub(2))
            .iter()
            .enumerate()
        {
            let indent = if at == 0 { "" } else { "  " };
            out.push((String::new(), format!("{indent}{part}"), Role::Text));
        }
    }
    out
}
