//! `suggest stats`: which plays pay.

use super::decide::Ground;
use super::error::Failure;
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::expand::{self, PlayCount};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    plays: Vec<PlayOut>,
}

#[derive(Serialize)]
struct PlayOut {
    play: &'static str,
    title: &'static str,
    open: usize,
    accepted: usize,
    won: usize,
    lost: usize,
    pending: usize,
    snoozed: usize,
    dismissed: usize,
    reasons: BTreeMap<String, usize>,
}

/// Runs the command.
pub fn run(ground: &Ground<'_>, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let counts = expand::stats(ground.snapshot, &ground.pack.rules);
    let plays: Vec<PlayOut> = counts
        .into_iter()
        .map(|count| shown(count, ground))
        .collect();
    if json {
        let schema = "renewdesk.suggest-stats/1";
        return output::json(out, &Output { schema, plays });
    }
    output::watermark(ground.snapshot);
    let mut table = Table::new(&[
        ("Play", Align::Left),
        ("Open", Align::Right),
        ("Accepted", Align::Right),
        ("Won", Align::Right),
        ("Lost", Align::Right),
        ("Pending", Align::Right),
        ("Snoozed", Align::Right),
        ("Dismissed", Align::Right),
        ("Reasons", Align::Left),
    ]);
    for play in plays {
        let reasons = play.reasons.iter().map(|(why, n)| format!("{n} {why}"));
        let reasons: Vec<String> = reasons.collect();
        table.row([
            play.title.to_string(),
            play.open.to_string(),
            play.accepted.to_string(),
            play.won.to_string(),
            play.lost.to_string(),
            play.pending.to_string(),
            play.snoozed.to_string(),
            play.dismissed.to_string(),
            reasons.join("; "),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

fn shown(count: PlayCount, ground: &Ground<'_>) -> PlayOut {
    let open = ground
        .all
        .iter()
        .filter(|s| s.play == count.play && s.is_open());
    PlayOut {
        play: count.play.id(),
        title: count.play.title(),
        open: open.count(),
        accepted: count.accepted,
        won: count.won,
        lost: count.lost,
        pending: count.pending,
        snoozed: count.snoozed,
        dismissed: count.dismissed.values().sum(),
        reasons: count.dismissed,
    }
}
