//! Each command as rows. One module per group of commands; all of them only see the operation
//! they write into.

mod baseline;
mod decisions;
mod import;
mod incentive;
mod packs;
mod parents;
mod quotes;
mod renewals;
mod small;

pub use import::ImportWriter;
pub(super) use parents::check_others;
pub(super) use quotes::versions;

use super::Made;
use super::edit::Edit;
use super::error::StoreError;
use super::load::by_id;
use super::table::{Entity, Single};
use crate::domain::command::{Command, Stamp};
use std::fmt::Display;

/// Writes what a command says.
pub(super) fn apply(
    edit: &mut Edit<'_>,
    command: &Command,
    stamp: &Stamp,
) -> Result<Made, StoreError> {
    match command {
        Command::Import(plan) => return import::import(edit, plan),
        Command::SetStage(change) => renewals::set_stage(edit, change, stamp)?,
        Command::SetOwner { renewals, owner } => {
            renewals::set_owner(edit, renewals, owner.as_ref())?;
        }
        Command::LogContact {
            activity,
            version,
            next_step,
            next_date,
        } => renewals::log_contact(edit, activity, *version, next_step.as_deref(), *next_date)?,
        Command::SetNext {
            renewal,
            version,
            step,
            date,
        } => renewals::set_next(edit, *renewal, *version, step.as_deref(), *date)?,
        Command::Snooze { renewals, until } => renewals::snooze(edit, renewals, *until)?,
        Command::AddActivity(activity) => renewals::add_activity(edit, activity)?,
        Command::SetOutlook {
            renewal,
            version,
            outlook,
        } => renewals::set_outlook(edit, *renewal, *version, outlook)?,
        Command::MarkReviewed { renewals } => renewals::mark_reviewed(edit, renewals)?,
        Command::Overnight(changes) => renewals::overnight(edit, changes, stamp)?,
        Command::NewQuote(quote) => return quotes::new_quote(edit, quote),
        Command::PutQuoteLines {
            quote,
            version,
            lines,
            add_renewals,
        } => quotes::put_lines(edit, *quote, *version, lines, add_renewals)?,
        Command::TakeOffer {
            quote,
            version,
            lines,
            valid_until,
        } => quotes::take_offer(edit, *quote, *version, lines, *valid_until)?,
        Command::ReplaceQuoteLines {
            quote,
            version,
            lines,
        } => quotes::replace_lines(edit, *quote, *version, lines)?,
        Command::RemoveQuoteLines {
            quote,
            version,
            lines,
        } => quotes::remove_lines(edit, *quote, *version, lines)?,
        Command::SetQuoteHeader { quote, version } => {
            quotes::set_header(edit, quote, *version, stamp)?;
        }
        Command::NameQuoteVersion { quote, name } => {
            quotes::keep_version(edit, *quote, name, stamp)?;
        }
        Command::Decide { decision, accept } => {
            return decisions::decide(edit, decision, accept.as_deref());
        }
        Command::UsePack(version) => packs::use_pack(edit, version.as_deref())?,
        Command::KeepProjections { pack, projections } => packs::keep(edit, pack, projections)?,
        Command::SetLineFlags { line } => small::set_line_flags(edit, line)?,
        Command::PutView { id, view } => small::put_view(edit, *id, view.as_ref())?,
        Command::PutBaseline(change) => baseline::edit(edit, change)?,
        Command::LoadIncentive(load) => return incentive::load(edit, load),
        Command::Set { key, value } => small::set(edit, key, value.as_deref())?,
    }
    Ok(Made::default())
}

/// The standing row with that id, or an error that names it.
fn standing<E: Entity, K: Single + Display>(
    edit: &Edit<'_>,
    what: &'static str,
    id: K,
) -> Result<E, StoreError> {
    by_id(edit.conn, id.cell())?.ok_or_else(|| StoreError::missing(what, &id))
}

/// Refuses a text that is no name.
fn not_blank(what: &str, text: &str) -> Result<(), StoreError> {
    match text.trim() {
        "" => Err(StoreError::Refused(format!("{what} is empty"))),
        _ => Ok(()),
    }
}
