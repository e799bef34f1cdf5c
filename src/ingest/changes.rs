//! What an import changes, cell by cell: each changed line as it stands and as it would, the first
//! new ones, and those the file no longer has. For people to check before anything is written; the
//! counts are exact, only the lists are cut.

use crate::domain::command::ImportPlan;
use crate::domain::ids::ContractId;
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Changed lines listed at most.
const LINES: usize = 200;
/// New lines, and lines no longer there, listed at most.
const SAMPLES: usize = 20;

/// What changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The first changed lines.
    pub lines: Vec<Changed>,
    /// How many lines have changed cells.
    pub changed_lines: u64,
    /// How many cells change, by field, in the order of the fields.
    pub cells: Vec<(&'static str, u64)>,
    /// The first new lines, each named.
    pub new: Vec<String>,
    /// The first lines that are not in the file any more; they stay in the book, marked.
    pub gone: Vec<String>,
    /// How many those are.
    pub gone_lines: u64,
}

/// A line that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its row in the file.
    pub row: Option<u32>,
    /// What it is: customer, contract, product, serial.
    pub line: String,
    /// Its changed cells.
    pub cells: Vec<Cell>,
}

/// A cell that changes. Dates are ISO, numbers plain with a decimal dot, an empty text is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The field in words.
    pub field: &'static str,
    /// In the book.
    pub before: String,
    /// As the file has it.
    pub after: String,
}

impl Changes {
    /// Notes a line the book does not have.
    pub fn add_new(&mut self, line: &Line) {
        if self.new.len() < SAMPLES {
            self.new.push(own_name(line));
        }
    }

    /// Notes a line of a quote with the cells a person changed; at least one.
    pub fn add_edited(&mut self, edited: Changed) {
        self.changed_lines += 1;
        for cell in &edited.cells {
            match self
                .cells
                .iter_mut()
                .find(|(field, _)| *field == cell.field)
            {
                Some((_, count)) => *count += 1,
                None => self.cells.push((cell.field, 1)),
            }
        }
        if self.lines.len() < LINES {
            self.lines.push(edited);
        }
    }

    /// Cuts the lists to what is told.
    pub fn cut(&mut self) {
        self.lines.truncate(LINES);
        self.new.truncate(SAMPLES);
        self.gone.truncate(SAMPLES);
    }

    /// Compares the lines of a plan with the book.
    pub fn compare(&mut self, plan: &ImportPlan, book: &Snapshot) {
        let names = Names::of(plan, book);
        let mut counts = vec![0; FIELDS.len()];
        for line in &plan.put_lines {
            let Some(old) = book.lines.get(line.id) else {
                self.add_new(line);
                continue;
            };
            if old.gone_in.is_none() && line.gone_in.is_some() {
                self.gone_lines += 1;
                if self.gone.len() < SAMPLES {
                    self.gone.push(names.line(&old));
                }
                continue;
            }
            let mut differs = false;
            for (count, field) in counts.iter_mut().zip(FIELDS) {
                let differ = (field.differ)(&old, line);
                *count += u64::from(differ);
                differs |= differ;
            }
            if !differs {
                continue;
            }
            self.changed_lines += 1;
            if self.lines.len() < LINES {
                let fields = FIELDS.iter().filter(|field| (field.differ)(&old, line));
                self.lines.push(Changed {
                    row: line.origin.map(|origin| origin.row),
                    line: names.line(&old),
                    cells: fields
                        .map(|field| Cell {
                            field: field.words,
                            before: (field.shown)(&old, &names),
                            after: (field.shown)(line, &names),
                        })
                        .collect(),
                });
            }
        }
        let counted = FIELDS.iter().zip(counts).filter(|(_, count)| *count > 0);
        self.cells
            .extend(counted.map(|(field, count)| (field.words, count)));
    }
}

struct Field {
    words: &'static str,
    differ: fn(&Line, &Line) -> bool,
    shown: fn(&Line, &Names<'_>) -> String,
}

macro_rules! fields {
    ($($name:ident $words:literal),+ $(,)?) => {
        const FIELDS: &[Field] = &[
            Field {
                words: "customer",
                differ: |old, new| old.account != new.account,
                shown: |line, names| names.account(line),
            },
            Field {
                words: "contract",
                differ: |old, new| old.contract != new.contract,
                shown: |line, names| names.contract(line.contract),
            },
            $(Field {
                words: $words,
                differ: |old, new| old.$name != new.$name,
                shown: |line, _| line.$name.shown(),
            }),+
        ];
    };
}

fields! {
    start "start",
    end "end",
    quantity "quantity",
    unit_list "unit list",
    list_years "years of the list price",
    prorated_list "prorated list",
    discount_pct "discount %",
    extended_net "net",
    currency "currency",
    service_level "service level",
    service_sku "service SKU",
    pid "product",
    description "description",
    serial "serial",
    instance "instance",
    status_raw "status",
    ldos "last date of support",
    warranty_end "end of warranty",
    ship_date "shipped",
    terminated "terminated",
    renewed_to "renewed to",
    replaced_by "replaced by",
    portfolio "portfolio",
    customer_renew "customer renews",
    customer_comment "customer's comment",
}

/// A value as text; nothing is an empty one.
trait Shown {
    fn shown(&self) -> String;
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map_or(String::new(), Shown::shown)
    }
}

impl Shown for Arc<str> {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for NaiveDate {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for Decimal {
    fn shown(&self) -> String {
        self.normalize().to_string()
    }
}

impl Shown for Currency {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for Portfolio {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        if *self { "yes" } else { "no" }.to_string()
    }
}

/// Names of what lines point to, as the plan leaves them.
struct Names<'a> {
    book: &'a Snapshot,
    contracts: HashMap<ContractId, &'a str>,
}

impl<'a> Names<'a> {
    fn of(plan: &'a ImportPlan, book: &'a Snapshot) -> Names<'a> {
        let contracts = plan.put_contracts.iter();
        Names {
            book,
            contracts: contracts.map(|own| (own.id, &*own.number)).collect(),
        }
    }

    fn account(&self, line: &Line) -> String {
        let known = self.book.accounts.get(line.account);
        known.map_or("a new customer".to_string(), |own| own.name.to_string())
    }

    fn contract(&self, id: Option<ContractId>) -> String {
        let Some(id) = id else { return String::new() };
        let new = self.contracts.get(&id).map(|number| (*number).to_string());
        let known = || Some(self.book.contracts.get(id)?.number.to_string());
        new.or_else(known).unwrap_or("a new contract".to_string())
    }

    fn line(&self, line: &Line) -> String {
        let own = own_name(line);
        let contract = self.contract(line.contract);
        let parts = [self.account(line), contract, own];
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        joined(&parts)
    }
}

/// What a line is without what it points to.
fn own_name(line: &Line) -> String {
    let serial = line.serial.as_deref().or(line.instance.as_deref());
    let product = line.pid.as_deref().or(line.service_sku.as_deref());
    let end = line.end.map_or(String::new(), |end| format!("to {end}"));
    joined(&[
        product.unwrap_or_default(),
        serial.unwrap_or_default(),
        &end,
    ])
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    parts.join("  ")
}
