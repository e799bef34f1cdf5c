//! The command line: every screen's answer as a table or as versioned JSON. Data on standard
//! output, everything else on standard error; exit codes are documented in `--help`.

pub mod args;
mod attribute;
mod attribute_answer;
mod baseline;
mod baseline_edit;
mod changes;
mod conflict;
mod context;
mod contract;
mod data_args;
mod decide;
mod demo;
mod desk;
mod document_args;
mod error;
mod export;
mod find;
mod forecast;
mod goal_args;
mod goal_print;
mod history;
mod history_args;
mod import;
mod import_args;
mod incentive;
mod letterhead;
mod manual;
mod output;
mod pack;
mod pack_use;
mod price_rule;
mod price_rule_args;
mod pvi;
mod pvi_complete;
mod pvi_explain;
mod pvi_goal;
mod pvi_history;
mod quality;
mod queue;
mod quote;
mod quote_answer;
mod quote_args;
mod quote_coterm;
mod quote_export;
mod quote_price;
mod quote_rules;
mod quote_scenario;
mod quote_send;
mod quote_vendor;
mod reconcile;
mod reconcile_settle;
mod stage;
mod suggest;
mod suggest_args;
mod suggest_stats;
mod table;
mod upkeep;

pub use error::{Exit, Failure};

use args::{Cli, Command};
use clap::Parser;
use context::Context;
use data_args::Data;
use document_args::Outward;
use history::Way;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// Reads the command line, runs it, and says with which code the program ends.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    crate::runtime::save::outlive_file_limits();
    // Not locked: the desk draws through a handle of its own.
    let mut out = BufWriter::new(io::stdout());
    let done = run(&cli, &mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            // What was answered before the failure still belongs to the reader.
            let _ = out.flush();
            // not `eprintln!`, which panics where standard error is gone with its terminal
            let _ = writeln!(io::stderr(), "renewdesk: {failure}");
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// The exit code is 0 unless a signal ended the desk.
fn run(cli: &Cli, out: &mut impl Write) -> Result<u8, Failure> {
    match &cli.command {
        Some(Command::Completions { shell }) => manual::completions(*shell, out),
        Some(Command::Man) => manual::man(out)?,
        Some(Command::ReadFile(args)) => crate::runtime::import::read_file(&args.file, out)?,
        other => {
            let context = Context::new(cli.global.clone())?;
            match other {
                None => return desk::open(&context, &context.book_path()),
                Some(Command::Demo(args)) => return demo::run(&context, args, out),
                Some(command) => run_command(&context, command, out)?,
            }
        }
    }
    Ok(0)
}

fn run_command(context: &Context, command: &Command, out: &mut impl Write) -> Result<(), Failure> {
    match command {
        Command::Init => upkeep::init(context, out),
        Command::Import(args) => import::run(context, args, out),
        Command::Queue(args) => queue::run(context, args, out),
        Command::Contract(args) => contract::run(context, args, out),
        Command::Quote(args) => quote::run(context, args, out),
        Command::Stage(args) => stage::run(context, args, out),
        Command::Pvi(args) => pvi::run(context, args, out),
        Command::Baseline(args) => baseline::run(context, args, out),
        Command::Incentive(args) => incentive::run(context, args, out),
        Command::Suggest(args) => suggest::run(context, args, out),
        Command::Changes(args) if args.conflicts => conflict::list(context, args, out),
        Command::Changes(args) => changes::run(context, args, out),
        Command::Conflict(args) => conflict::settle(context, args, out),
        Command::Data(Data::Reconcile(args)) => reconcile::run(context, args, out),
        Command::Data(Data::Quality(args)) => quality::run(context, args, out),
        Command::Outward(Outward::Export(args)) => export::run(context, args, out),
        Command::Outward(Outward::Letterhead(args)) => letterhead::run(context, args, out),
        Command::PriceRule(args) => price_rule::run(context, args, out),
        Command::History(args) => history::run(context, args, out),
        Command::Undo(args) => history::turn(context, Way::Undo, *args, out),
        Command::Redo(args) => history::turn(context, Way::Redo, *args, out),
        Command::Pack(args) => pack::run(context, args, out),
        Command::Doctor(args) => upkeep::doctor(context, *args, out),
        Command::Backup(args) => upkeep::backup(context, args, out),
        Command::Restore(args) => upkeep::restore(context, args, out),
        // Answered before a book is looked for.
        Command::Demo(_) | Command::Completions { .. } | Command::Man | Command::ReadFile(_) => {
            Ok(())
        }
    }
}
