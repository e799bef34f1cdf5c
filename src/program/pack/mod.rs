//! The rule pack: everything that is policy rather than arithmetic. The shipped pack is embedded;
//! a user's file is laid over it key by key and checked as a whole. A file with an error is
//! reported and not used. Pure: text in, values out.

mod checks;
mod choices;
mod days;
mod in_use;
mod incentive;
mod overlay;
mod plays;
mod problem;
mod quantity;
mod read;
mod renewal_rules;
mod schema;
mod switches;
mod tables;
pub(crate) mod tree;
mod weights;

pub use choices::{
    CurrencyRate, ForecastRules, GoalCost, GoalSeekRules, OddsRules, WinRule, risk_word,
};
pub use in_use::{InUse, PackSource, effective_text, in_use, own_of, refuse_demo, version_of};
pub use incentive::{
    CpiBasis, CpiCadence, CpiClawback, CpiComponent, CpiPack, CpiRate, CpiRules, CpiSnapshot,
    GspRow, RateColumn,
};
pub use problem::{Place, Problem, Severity, nearest};
pub use quantity::{CountedBy, LinesCounted, Quantity};
pub use read::Provenance;
pub use schema::*;

use self::read::Top;
use self::tree::Table;

/// The embedded packs with the names they are reported by.
const SHIPPED: [(&str, &str); 2] = [
    (
        "starter.toml",
        include_str!("../../../assets/programs/starter.toml"),
    ),
    (
        "renewals.toml",
        include_str!("../../../assets/programs/renewals.toml"),
    ),
];

impl Pack {
    /// The shipped pack: public band tables, placeholder weights, renewal practice.
    pub fn shipped() -> Pack {
        build(&shipped_tree()).0
    }
}

/// The shipped pack with the user's file (its name and text) laid over it. With an error anywhere
/// in the file the shipped pack stands alone, and the problems say why.
pub fn load(overlay: Option<(&str, &str)>) -> (Pack, Vec<Problem>) {
    let Some((file, text)) = overlay else {
        return (Pack::shipped(), Vec::new());
    };
    let over = match tree::parse(file, text) {
        Err(problems) => return (Pack::shipped(), problems),
        Ok(over) => over,
    };
    let mut tree = shipped_tree();
    let mut problems = overlay::lay(&mut tree, over);
    let (pack, found) = build(&tree);
    // A key that is not known at all needs no remark on its source.
    problems
        .retain(|problem| problem.is_error() || !found.iter().any(|f| f.place == problem.place));
    problems.extend(found);
    problems.sort_by_key(|problem| (problem.place.line, problem.place.column));
    if problems.iter().any(Problem::is_error) {
        (Pack::shipped(), problems)
    } else {
        (pack, problems)
    }
}

/// What is wrong with a user's file, without using it.
pub fn check(file: &str, text: &str) -> Vec<Problem> {
    load(Some((file, text))).1
}

/// What is wrong with the shipped pack; empty, as the tests prove.
pub fn check_shipped() -> Vec<Problem> {
    build(&shipped_tree()).1
}

fn shipped_tree() -> Table {
    let mut tree = Table::default();
    for (file, text) in SHIPPED {
        if let Ok(table) = tree::parse(file, text) {
            overlay::lay(&mut tree, table);
        }
    }
    tree
}

fn build(tree: &Table) -> (Pack, Vec<Problem>) {
    let origin = Place {
        file: SHIPPED.first().map_or("", |(name, _)| name).into(),
        line: 1,
        column: 1,
    };
    let mut top = Top::new(tree, origin);
    let rules = renewal_rules::read(&mut top);
    let read = tables::read(&mut top, rules);
    let mut problems = top.finish();
    checks::all(&read, &mut problems);
    (read.pack, problems)
}
