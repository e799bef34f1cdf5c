//! Lines that an earlier file of the same source had and this one has not. They are marked, never
//! deleted; a file that lost over a fifth of them is more likely a partial export.

use super::Planner;
use crate::domain::ids::{AccountId, ContractId, LineId};
use crate::domain::line::Line;
use crate::domain::snapshot::IdHasher;
use crate::ingest::error::IngestError;
use crate::ingest::map::ACCEPT_LOSS;
use crate::ingest::profile::sntc;
use crate::ingest::row::{Code, Field, Record, TableInfo};
use crate::ingest::value::identifier::{self, Identifier};
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasherDefault;

/// What a file speaks for: the contracts its rows belong to, or for the files of one customer
/// after the other, the customers.
#[derive(Debug, Default)]
pub struct Scope {
    contracts: HashSet<ContractId, BuildHasherDefault<IdHasher>>,
    accounts: HashSet<AccountId, BuildHasherDefault<IdHasher>>,
    rejected: HashSet<String>,
}

impl Scope {
    /// Notes the serial and instance of a refused row: its line is in the file.
    pub fn add_rejected(&mut self, record: &Record, tables: &[TableInfo]) {
        let table = tables.get(usize::from(record.table));
        let fields = table
            .map(|table| table.fields.as_slice())
            .unwrap_or_default();
        for (field, text) in fields.iter().zip(record.cell_texts()) {
            if matches!(field, Some(Field::Serial | Field::Instance))
                && let Identifier::Value(id) = identifier::read(text, false)
            {
                self.rejected.insert(id.into_owned());
            }
        }
    }

    fn was_rejected(&self, line: &Line) -> bool {
        let known = |id: &Option<std::sync::Arc<str>>| {
            id.as_deref().is_some_and(|id| self.rejected.contains(id))
        };
        known(&line.serial) || known(&line.instance)
    }

    /// Takes a line of the file into account.
    pub fn add(&mut self, line: &Line) {
        self.contracts.extend(line.contract);
        self.accounts.insert(line.account);
    }

    fn holds(&self, line: &Line, format: &str) -> bool {
        let lists = [sntc::COVERED.id, sntc::NOT_COVERED.id, sntc::HARDWARE.id];
        let by_customer = lists.contains(&format);
        match by_customer {
            true => self.accounts.contains(&line.account),
            false => line
                .contract
                .is_some_and(|contract| self.contracts.contains(&contract)),
        }
    }
}

/// Marks what is gone.
///
/// # Errors
/// [`IngestError::NeedsAnswer`] naming `accept_loss` when over 20 % of the lines are gone.
pub fn mark(
    planner: &mut Planner<'_>,
    scope: &Scope,
    seen: &HashSet<LineId>,
    staged: &mut BTreeMap<LineId, Line>,
) -> Result<(), IngestError> {
    let format = &planner.rows.format;
    let same_source = |line: &Line| {
        line.origin
            .and_then(|origin| planner.book.batches.get(origin.batch))
            .is_some_and(|batch| batch.format == *format)
    };
    let mut before = 0_u64;
    let mut gone = Vec::new();
    for line in &planner.book.lines {
        // The term after a closed renewal has a line of its own; its file drops the old one.
        let replaced = staged.get(&line.id).is_some_and(|s| s.renewed_to.is_some())
            || line.renewed_to.is_some();
        if line.gone_in.is_none()
            && (!replaced || seen.contains(&line.id))
            && scope.holds(&line, format)
            && same_source(&line)
        {
            before += 1;
            if !seen.contains(&line.id) && !scope.was_rejected(&line) {
                gone.push(line);
            }
        }
    }
    let lost = gone.len() as u64;
    if lost * 5 > before && !planner.rows.facts.accept_loss {
        return Err(IngestError::NeedsAnswer {
            file: planner.rows.file.clone(),
            question: format!(
                "{lost} of the {before} lines that earlier {format} files had for the same \
                 contracts are not in this one; is it a partial export?"
            ),
            key: ACCEPT_LOSS.to_string(),
        });
    }
    planner.gone = lost;
    if lost > 0 {
        planner.problems.about_file(
            Code::Gone,
            format!("{lost} lines of earlier files are not in this one; marked, not deleted"),
        );
    }
    for line in gone {
        let batch = planner.batch;
        let line = staged.entry(line.id).or_insert(line);
        line.gone_in = Some(batch);
    }
    Ok(())
}
