//! `pvi complete`: says that the book holds all bookings and due dates of a fiscal month, so that the
//! month rolls out of the assessment as it was rather than in even parts.

use super::context::Context;
use super::error::Failure;
use super::output;
use crate::domain::command::Command;
use crate::program::calendar::parse_month;
use crate::program::history_setting;
use crate::runtime::clock::Clock;
use clap::Args;
use serde::Serialize;
use std::io::Write;

/// `pvi complete`: its arguments.
#[derive(Args, Debug)]
pub struct PviComplete {
    /// The fiscal month (FY26M7)
    pub month: String,
    /// It is not complete after all
    #[arg(long)]
    pub not: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Marked {
    schema: &'static str,
    month: String,
    complete: bool,
}

/// Marks the month, or takes the mark away.
pub fn run(context: &Context, args: &PviComplete, out: &mut impl Write) -> Result<(), Failure> {
    let Some(month) = parse_month(&args.month) else {
        return Err(
            Failure::usage(format!("{:?} is no fiscal month", args.month))
                .hint("write it like FY26M7"),
        );
    };
    let mut store = context.open()?;
    let snapshot = store.snapshot()?;
    let pack = context.rules_for(&snapshot)?.pack;
    let week = snapshot.settings.get("fy27_extra_week");
    let calendar = pack.calendar_for(week.map_or("", String::as_str));
    if calendar.position(&month).is_none() {
        return Err(
            Failure::refused(format!("{month} is not in the loaded calendar"))
                .hint("add its fiscal_month row to your rule pack"),
        );
    }
    let command = Command::Set {
        key: history_setting(&month),
        value: (!args.not).then(|| "true".to_string()),
    };
    let words = if args.not { "not complete" } else { "complete" };
    let label = format!("history of {month}: {words}");
    let actor = context.actor(&snapshot);
    store.apply(&command, &label, &context.clock.stamp(&actor))?;
    if args.json {
        let answer = Marked {
            schema: "renewdesk.pvi_complete/1",
            month: month.to_string(),
            complete: !args.not,
        };
        return output::json(out, &answer);
    }
    let how = if args.not {
        "in even parts (estimate)"
    } else {
        "as the book has it"
    };
    writeln!(
        out,
        "{month} is {words}: it rolls out of the assessment {how}"
    )?;
    Ok(())
}
