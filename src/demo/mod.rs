//! The demo book: invented customers on real product ids, dated around a day that is passed in.
//! Pure and deterministic: the same options give the same plan, id for id. It may not read a
//! clock, a file or a global; the caller writes the plan to a book of its own.
//!
//! Nothing in it is a real customer, price or assessment; the book carries `demo = true`, and
//! every screen says so.

mod adoption;
mod assessment;
mod coverage;
mod customers;
mod gear;
mod ids;
mod incentive;
mod lifecycle;
mod offers;
mod past;

mod prng;
mod tune;

mod words;
mod work;

#[cfg(test)]
mod tests;

use crate::catalogue::Catalogue;
use crate::domain::batch::{Batch, Counts};
use crate::domain::command::ImportPlan;
use crate::domain::ids::{BatchId, IdSource, LineId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::program::pack::Pack;
use chrono::NaiveDate;
use ids::DemoIds;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use words::Words;

/// What a demo book is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOptions {
    /// Coverage lines and bare assets together, at least 1.
    pub lines: u32,
    /// Seed; another seed is another world.
    pub seed: u64,
    /// The day everything is dated around.
    pub today: NaiveDate,
    /// Customers; none is one for 30 lines.
    pub accounts: Option<u32>,
}

/// Seed of a demo book when none is asked for.
pub const DEFAULT_SEED: u64 = 360;
/// Lines of a demo book when no number is asked for.
pub const DEFAULT_LINES: u32 = 12_000;

impl DemoOptions {
    /// The usual demo: 12,000 lines, about 1,200 contracts of 400 customers.
    pub fn around(today: NaiveDate) -> Self {
        DemoOptions {
            lines: DEFAULT_LINES,
            seed: DEFAULT_SEED,
            today,
            accounts: None,
        }
    }

    fn account_count(&self) -> u32 {
        self.accounts
            .unwrap_or(self.lines / 30)
            .clamp(1, self.lines.max(1))
    }

    /// The value kept under the setting `demo_options`: two books with the same text are the same.
    pub fn fingerprint(&self) -> String {
        format!(
            "lines={} seed={} accounts={} today={}",
            self.lines,
            self.seed,
            self.account_count(),
            self.today
        )
    }
}

/// One customer while the world is made.
struct Customer {
    id: crate::domain::ids::AccountId,
    sites: Vec<crate::domain::ids::SiteId>,
    currency: Currency,
    discount_pct: Decimal,
    level: usize,
}

/// One renewal while the world is made.
struct Deal {
    renewal: RenewalId,
    account: crate::domain::ids::AccountId,
    currency: Option<Currency>,
    lines: Range<usize>,
}

/// How much life a product has left; a contract holds gear up to its own era.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Era {
    /// No end in sight.
    Current,
    /// Last date of support within the refresh horizon.
    Ending,
    /// Past its last date of support.
    Dead,
}

/// Portfolio of a line and of the product it covers.
type Portfolios = (Option<Portfolio>, Option<Portfolio>);

/// Everything a part of the generator needs.
struct World<'a> {
    options: &'a DemoOptions,
    catalogue: &'a Catalogue,
    pack: &'a Pack,
    words: Words,
    ids: DemoIds,
    last_line: u32,
    batch: BatchId,
    customers: Vec<Customer>,
    deals: Vec<Deal>,
    eras: HashMap<&'static str, Era>,
    texts: HashMap<String, Arc<str>>,
    portfolios: HashMap<(Arc<str>, Arc<str>), Portfolios>,
    plan: ImportPlan,
}

impl World<'_> {
    /// A text shared by all rows that hold it.
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(text.to_string(), shared.clone());
        shared
    }

    /// A day some days away from today.
    fn day(&self, days: i64) -> NaiveDate {
        self.options.today + chrono::TimeDelta::days(days)
    }

    fn line_id(&mut self) -> LineId {
        self.last_line += 1;
        LineId(self.last_line)
    }
}

/// A whole demo book as one plan, to be applied to an empty book.
pub fn generate(options: &DemoOptions, catalogue: &Catalogue, pack: &Pack) -> ImportPlan {
    let mut ids = DemoIds::new(options.seed, options.today);
    let batch = BatchId(ids.next());
    let mut world = World {
        options,
        catalogue,
        pack,
        words: Words::shipped(),
        ids,
        last_line: 0,
        batch,
        customers: Vec::new(),
        deals: Vec::new(),
        eras: HashMap::new(),
        texts: HashMap::new(),
        portfolios: HashMap::new(),
        plan: ImportPlan::default(),
    };
    customers::fill(&mut world);
    coverage::fill(&mut world);
    lifecycle::fill(&mut world);
    work::fill(&mut world);
    offers::fill(&mut world);
    adoption::fill(&mut world);
    assessment::fill(&mut world);
    incentive::fill(&mut world);
    finish(world)
}

fn finish(mut world: World<'_>) -> ImportPlan {
    let lines = world.plan.put_lines.len() as u64;
    let user = world.words.people.first().copied().unwrap_or("me");
    world.plan.batch = Some(Batch {
        id: world.batch,
        file: format!("demo book, seed {}", world.options.seed),
        sha256: String::new(),
        format: "demo".into(),
        at: format!("{}T06:00:00Z", world.options.today),
        counts: Counts {
            read: lines,
            new: lines,
            ..Counts::default()
        },
    });
    world.plan.put_settings = vec![
        ("demo".into(), "true".into()),
        ("demo_options".into(), world.options.fingerprint()),
        ("user".into(), user.into()),
    ];
    let mut plan = tune::near_the_thresholds(world.plan, world.options, world.pack);
    past::fill(&mut plan, world.options, world.pack, &mut world.ids);
    plan
}
