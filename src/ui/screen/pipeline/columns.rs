//! The columns of the pipeline: title, width, what a cell says and how it looks.

use crate::book::sort::Column;
use crate::book::{Clock, CountdownState, QueueRow};
use crate::domain::money::Currency;
use crate::domain::renewal::Basis;
use crate::domain::rules::RiskLevel;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::theme::Role;
use rust_decimal::Decimal;

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Col {
    /// What it sorts by.
    pub by: Column,
    /// Header.
    pub title: &'static str,
    /// Cells it needs.
    pub width: usize,
    /// Most cells it grows to where there is room.
    pub most: usize,
    /// Figures stand to the right.
    pub right: bool,
}

const fn col(by: Column, title: &'static str, width: usize, most: usize, right: bool) -> Col {
    Col {
        by,
        title,
        width,
        most,
        right,
    }
}

/// How many columns never scroll away.
pub const FROZEN: usize = 2;

/// From so many cells columns get the width they like rather than the least they need.
const ROOMY: usize = 110;

/// All columns in their order; the first [`FROZEN`] always show, and as many of the rest as fit.
pub const COLUMNS: &[Col] = &[
    col(Column::Countdown, "Next clock", 17, 19, false),
    col(Column::Customer, "Customer", 19, 30, false),
    col(Column::Atr, "ATR", 14, 16, true),
    col(Column::Stage, "Stage", 10, 15, false),
    col(Column::Risk, "Risk", 9, 9, false),
    col(Column::NextDate, "Next", 10, 10, false),
    col(Column::AtStake, "PVI at stake", 13, 14, true),
    col(Column::Plays, "Plays", 8, 19, false),
    col(Column::Contract, "Contract", 11, 14, false),
    col(Column::What, "What", 14, 22, false),
    col(Column::Portfolios, "Port", 8, 12, false),
    col(Column::Owner, "Owner", 10, 16, false),
    col(Column::End, "End", 9, 9, false),
    col(Column::Clock(Clock::LastRenewal), "Renew by", 9, 9, false),
    col(Column::Clock(Clock::Ldos), "LDoS", 9, 9, false),
    col(Column::Quote, "Quote", 8, 9, false),
    col(Column::NextStep, "Next step", 18, 40, false),
    col(Column::Lines, "Lines", 6, 6, true),
    col(Column::Priority, "Rank", 10, 12, true),
];

/// A cell cut to fit: a stage has a short form of its own.
pub fn fitted(column: Column, row: &QueueRow, desk: &Desk, cells: usize) -> (String, Role) {
    let (text, role) = cell(column, row, desk);
    if column == Column::Atr {
        return (atr_within(row, desk, cells), role);
    }
    if column == Column::Countdown && format::width(&text) > cells {
        return (countdown_within(row, text, cells), role);
    }
    if column == Column::Plays {
        return plays_within(row, desk, cells);
    }
    if column == Column::Stage && format::width(&text) > cells {
        let stage = desk.rules.stage(row.stage());
        return (stage.map_or(text, |stage| stage.short.clone()), role);
    }
    (text, role)
}

/// `today: contract ends !!` where there is no room for it: `ends today !!`, the sign only where
/// it fits, since the colour and the word say as much.
fn countdown_within(row: &QueueRow, text: String, cells: usize) -> String {
    let words = row.countdown().words();
    let short = match row.countdown().clock {
        Some(clock) if row.countdown().days == 0 => on_the_day(clock),
        _ => words.as_str(),
    };
    let signed = format!("{short} {}", row.countdown().state.sign());
    let signed = signed.trim_end().to_string();
    if format::width(&signed) <= cells {
        signed
    } else if format::width(short) < format::width(&text) {
        short.to_string()
    } else {
        text
    }
}

fn on_the_day(clock: Clock) -> &'static str {
    match clock {
        Clock::ContractEnd => "ends today",
        Clock::LastRenewal => "renew today",
        Clock::LastAttach => "attach today",
        Clock::Ldos => "LDoS today",
        Clock::QuoteValidity => "quote ends today",
        Clock::CancelBy => "cancel today",
    }
}

/// What a cell says, and how.
pub fn cell(column: Column, row: &QueueRow, desk: &Desk) -> (String, Role) {
    match column {
        Column::Countdown => countdown(row),
        Column::Customer => (row.customer().to_string(), Role::Text),
        Column::Contract => (row.contract_number().to_string(), Role::Text),
        Column::What => (row.what().to_string(), Role::Text),
        Column::Portfolios => (portfolios(row), Role::Text),
        Column::Atr => (atr_coded(row, desk), Role::Strong),
        Column::End => (format::day(row.end()), Role::Text),
        Column::Clock(clock) => clock_day(clock, row, desk),
        Column::Stage => (stage(row, desk), Role::Text),
        Column::Owner => match row.owner() {
            Some(owner) => (owner.to_string(), Role::Text),
            None => ("(nobody)".into(), Role::Dim),
        },
        Column::Risk => risk(row),
        Column::Priority => (format::whole(row.score()), Role::Text),
        Column::Exposure => (format::whole(row.exposure()), Role::Text),
        Column::NextStep => (row.next_step().unwrap_or("-").to_string(), Role::Text),
        Column::NextDate => next(row, desk),
        Column::Lines => (row.lines().to_string(), Role::Text),
        Column::Status => (row.status().word().to_string(), Role::Text),
        Column::AtStake => at_stake(row, desk),
        Column::Plays => plays_within(row, desk, usize::MAX),
        Column::Quote => (
            row.quote_number()
                .map(|text| &**text)
                .unwrap_or("-")
                .to_string(),
            Role::Text,
        ),
    }
}

/// Days with their sign and word, and the sign of how near: `17 d to renew !`.
pub fn countdown(row: &QueueRow) -> (String, Role) {
    let down = &row.countdown();
    let sign = down.state.sign();
    let text = if sign.is_empty() {
        down.words()
    } else {
        format!("{} {sign}", down.words())
    };
    (text, state(down.state))
}

/// What the score loses without it: `0.25 pivotal`, `~0.04 pt`; dots until that is computed.
pub fn at_stake(row: &QueueRow, desk: &Desk) -> (String, Role) {
    match row.at_stake() {
        None if desk.stakes.is_none() => ("...".into(), Role::Dim),
        None => ("-".into(), Role::Dim),
        Some(stake) if stake.points.is_zero() => (stake.words(), Role::Dim),
        Some(stake) if stake.points.is_sign_negative() => (stake.words(), Role::Bad),
        Some(stake) => (stake.words(), Role::Good),
    }
}

/// What waits to be offered to the customer: `3 plays`, and where there is room the best of it,
/// `3 plays, 96,400` or `3 plays, 96k`; dots until that is computed.
pub fn plays_within(row: &QueueRow, desk: &Desk, cells: usize) -> (String, Role) {
    let Some(plays) = row.plays() else {
        return ("...".into(), Role::Dim);
    };
    if plays.open == 0 {
        return ("-".into(), Role::Dim);
    }
    let count = format::count(plays.open as usize, "play", "plays");
    let best = plays.best.into_iter().flat_map(|best| {
        let code = Some(best.currency).filter(|code| *code != desk.pack.currency);
        let code = code.map_or(String::new(), |code| format!("{code} "));
        let thousands = format::whole(best.amount / Decimal::ONE_THOUSAND);
        let short = format!("{count}, {code}{thousands}k");
        let whole = format!("{count}, {code}{}", format::whole(best.amount));
        [whole, short]
            .into_iter()
            .filter(move |_| !best.amount.is_zero())
    });
    let fits = best.into_iter().find(|text| format::width(text) <= cells);
    (fits.unwrap_or(count), Role::Good)
}

/// A clock in a word.
pub fn short_clock(clock: Clock) -> &'static str {
    match clock {
        Clock::ContractEnd => "end",
        Clock::LastRenewal => "renew",
        Clock::LastAttach => "attach",
        Clock::Ldos => "LDoS",
        Clock::QuoteValidity => "quote",
        Clock::CancelBy => "cancel",
    }
}

/// The look of a state.
pub fn state(state: CountdownState) -> Role {
    match state {
        CountdownState::Ok => Role::Text,
        CountdownState::Soon => Role::Soon,
        CountdownState::Critical | CountdownState::Overdue | CountdownState::Lapsed => {
            Role::Critical
        }
        CountdownState::Done | CountdownState::Unknown => Role::Dim,
    }
}

fn portfolios(row: &QueueRow) -> String {
    let names: Vec<&str> = row.portfolios().iter().map(|p| p.short()).collect();
    if names.is_empty() {
        "?".into()
    } else {
        names.join(" ")
    }
}

/// The value due in whole units; a list price says so, a missing one too.
pub fn atr(row: &QueueRow) -> String {
    match row.atr().amount {
        Some(amount) => {
            let mark = match row.atr().basis {
                Basis::List => " L",
                Basis::Mixed => " ~",
                _ => "",
            };
            format!("{}{mark}", format::whole(amount))
        }
        None => "no price".into(),
    }
}

/// The value with its currency where that is not the pack's own.
pub fn atr_coded(row: &QueueRow, desk: &Desk) -> String {
    match row.atr().currency.filter(|c| *c != desk.pack.currency) {
        Some(currency) => format!("{currency} {}", atr(row)),
        None => atr(row),
    }
}

/// The value in so many cells: where it does not fit, without the mark of its basis, then in
/// whole thousands (`JPY 93,432k`), never cut.
pub fn atr_within(row: &QueueRow, desk: &Desk, cells: usize) -> String {
    let text = atr_coded(row, desk);
    if format::width(&text) <= cells {
        return text;
    }
    let bare = text.trim_end_matches([' ', 'L', '~']).to_string();
    match row.atr().amount {
        Some(amount) if format::width(&bare) > cells => {
            let code = row.atr().currency.filter(|c| *c != desk.pack.currency);
            let code = code.map_or(String::new(), |c| format!("{c} "));
            format!("{code}{}k", format::whole(amount / Decimal::ONE_THOUSAND))
        }
        _ => bare,
    }
}

/// For lists ranked by amounts: rows of the pack's currency first, then each other currency by its
/// code, since amounts of two currencies cannot be compared without a dated rate.
pub fn currency_rank(row: &QueueRow, desk: &Desk) -> (bool, Option<Currency>) {
    let other = row.atr().currency.filter(|c| *c != desk.pack.currency);
    (other.is_some(), other)
}

fn stage(row: &QueueRow, desk: &Desk) -> String {
    desk.rules
        .stage(row.stage())
        .map_or_else(|| row.stage().to_string(), |stage| stage.title.clone())
}

fn risk(row: &QueueRow) -> (String, Role) {
    let flag = if row.flagged() { "!" } else { "" };
    let text = format!("{flag}{}", row.risk().level.words());
    (text, level(row.risk().level))
}

/// The look of a risk level.
pub fn level(level: RiskLevel) -> Role {
    match level {
        RiskLevel::OnTrack => Role::Text,
        RiskLevel::Watch | RiskLevel::AtRisk => Role::Soon,
        RiskLevel::Critical => Role::Critical,
    }
}

fn next(row: &QueueRow, desk: &Desk) -> (String, Role) {
    if let Some(until) = row.snoozed_until().filter(|day| *day > desk.today) {
        return (format!("z{}", format::day(until)), Role::Dim);
    }
    match row.next_date() {
        Some(day) if day < desk.today && row.open() => (format::day(day), Role::Critical),
        Some(day) if day == desk.today && row.open() => ("today".into(), Role::Soon),
        Some(day) => (format::day(day), Role::Text),
        None => ("-".into(), Role::Dim),
    }
}

fn clock_day(clock: Clock, row: &QueueRow, desk: &Desk) -> (String, Role) {
    match row.clock(clock) {
        Some(date) => {
            let days = (date - desk.today).num_days();
            let near = crate::book::countdown::band(&desk.rules, clock, days);
            let role = if row.open() { state(near) } else { Role::Dim };
            (format::day(date), role)
        }
        None => ("-".into(), Role::Dim),
    }
}

/// The columns to draw in `cells`, with their widths: the frozen ones, then a run of the others
/// that holds the one under the column cursor; what is left over goes to those that can use it.
pub fn layout(cells: usize, cursor: usize, first: usize) -> (Vec<(usize, usize)>, usize) {
    let frozen: Vec<usize> = (0..FROZEN.min(COLUMNS.len())).collect();
    // where there is room, whole names beat more columns
    let wide = cells >= ROOMY;
    let own = |at: usize| {
        COLUMNS
            .get(at)
            .map_or(0, |col| match wide && col.by != Column::Plays {
                true => col.most,
                // a count does, and its value gets what is left over
                false => col.width,
            })
    };
    let width = |at: usize| own(at) + 1;
    let taken: usize = frozen.iter().map(|at| width(*at)).sum();
    let fits = |from: usize| -> usize {
        let mut used = taken;
        let mut to = from;
        while to < COLUMNS.len() && used + width(to) <= cells {
            used += width(to);
            to += 1;
        }
        to
    };
    let mut first = first.clamp(FROZEN, COLUMNS.len().saturating_sub(1).max(FROZEN));
    if cursor >= FROZEN && cursor < first {
        first = cursor;
    }
    while cursor >= FROZEN && cursor >= fits(first) && first < cursor {
        first += 1;
    }
    // no empty room to the right while columns are hidden to the left
    while first > FROZEN && fits(first - 1) == COLUMNS.len() {
        first -= 1;
    }
    let mut out: Vec<(usize, usize)> = frozen
        .into_iter()
        .chain(first..fits(first))
        .map(|at| (at, own(at)))
        .collect();
    let mut left = cells.saturating_sub(out.iter().map(|(_, width)| width + 1).sum());
    while left > 0 {
        let mut grown = false;
        for (at, width) in &mut out {
            let most = COLUMNS.get(*at).map_or(0, |col| col.most);
            if left > 0 && *width < most {
                *width += 1;
                left -= 1;
                grown = true;
            }
        }
        if !grown {
            break;
        }
    }
    (out, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frozen_columns_and_the_cursor_are_always_shown() {
        for cells in [30, 76, 96, 140, 300] {
            for cursor in 0..COLUMNS.len() {
                let (shown, first) = layout(cells, cursor, FROZEN);
                assert_eq!(shown.first().map(|(at, _)| *at), Some(0));
                let used: usize = shown.iter().map(|(_, width)| width + 1).sum();
                if cells >= 76 {
                    assert!(
                        shown.iter().any(|(at, _)| *at == cursor),
                        "{cells} {cursor}"
                    );
                    assert!(used <= cells, "{cells} {cursor} {used}");
                }
                assert!(first >= FROZEN);
            }
        }
        // a wide window hides nothing
        assert_eq!(layout(400, 0, 9).0.len(), COLUMNS.len());
    }
}
