//! The rates a book has loaded, those of the person's rule pack, and which of them holds for an
//! offer group, region, column and day. A row that names group and region beats one that says `*`.

use super::gate::{Gate, Opening};
use crate::domain::incentive::{Component, OfferGroup, Rate, RateColumn};
use crate::domain::line::Origin;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::program::pack::{
    self, CpiBasis, CpiCadence, CpiClawback, CpiComponent, CpiRate, CpiSnapshot, GspRow, Pack,
    Tiers,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Any offer group, any region.
const ANY: &str = "*";

/// A rate with the place it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct RateRow {
    /// What it pays for.
    pub component: Component,
    /// Offer group.
    pub gsp: Arc<str>,
    /// Region.
    pub region: Arc<str>,
    /// Partner type.
    pub column: RateColumn,
    /// Percent.
    pub rate_pct: Decimal,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// `rates.csv row 3`, or the row of a rule pack.
    pub source: Arc<str>,
    /// Invented.
    pub demo: bool,
}

/// A product's offer group with the place it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    /// Product id, or its beginning with a `*`.
    pub product: Arc<str>,
    /// Offer group.
    pub gsp: Arc<str>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Where it was read.
    pub source: Arc<str>,
    /// Invented.
    pub demo: bool,
}

/// What the rule pack says about paying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A late renewal is still paid its renew part.
    pub late_renew_pays: bool,
    /// V is the total contract value rather than the annual one.
    pub by_tcv: bool,
    /// Most a deal is paid.
    pub cap: Option<Decimal>,
    /// A deal below this is paid nothing.
    pub minimum: Option<Decimal>,
    /// Days after the end on which a renewal still is on time.
    pub grace_days: i64,
    /// When it is paid and what a cancellation does, in sentences; information only.
    pub notes: Vec<String>,
}

/// Rates, offer groups and gates of a book: everything a payout needs beside the deal.
#[derive(Clone, Debug)]
pub struct Terms {
    rates: Vec<Arc<RateRow>>,
    by_group: HashMap<Arc<str>, Vec<Arc<RateRow>>>,
    groups: Vec<GroupRow>,
    exact: HashMap<Arc<str>, Vec<usize>>,
    beginnings: Vec<usize>,
    /// The partner's region: as set, or the only one the rates name.
    pub region: Option<Arc<str>>,
    /// One for each portfolio.
    pub gates: Vec<Gate>,
    /// What the score of each lets through: read for every line of a quote with every key.
    by_score: Vec<Opening>,
    /// Score edges of the pack.
    pub tiers: Tiers,
    /// What the pack says about paying.
    pub policy: Policy,
    /// Rates of this book are invented.
    pub demo: bool,
}

fn holds(from: Option<NaiveDate>, to: Option<NaiveDate>, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}

/// A name to compare by: without blanks around it, in capitals. Most are written so already.
fn key(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.chars().any(char::is_lowercase) {
        Cow::Owned(text.to_uppercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn kept(text: &str) -> Arc<str> {
    Arc::from(&*key(text))
}

fn source(snapshot: &Snapshot, origin: Option<Origin>) -> Arc<str> {
    let place = origin.map(|origin| {
        let file = snapshot.batches.get(origin.batch);
        let file = file.map_or("a file of the book", |batch| batch.file.as_str());
        format!("{file} row {}", origin.row)
    });
    place.unwrap_or_else(|| "the book".into()).into()
}

impl Terms {
    /// Rates and offer groups of a book and of the pack over it. Invented rows count in a demo
    /// book alone.
    pub fn of(pack: &Pack, snapshot: &Snapshot, gates: Vec<Gate>) -> Terms {
        let demo_book = snapshot.is_demo();
        let usable = |demo: bool| demo_book || !demo;
        let rate = |rate: &Rate| RateRow {
            component: rate.component,
            gsp: Arc::clone(&rate.gsp),
            region: Arc::clone(&rate.region),
            column: rate.column,
            rate_pct: rate.rate_pct,
            from: rate.from,
            to: rate.to,
            source: source(snapshot, rate.origin),
            demo: demo_book,
        };
        let group = |row: &OfferGroup| GroupRow {
            product: Arc::clone(&row.product),
            gsp: Arc::clone(&row.gsp),
            from: row.from,
            to: row.to,
            source: source(snapshot, row.origin),
            demo: demo_book,
        };
        let rates = snapshot.rates.iter().filter(|r| usable(r.demo)).map(rate);
        let groups = snapshot.offer_groups.iter();
        let groups = groups.filter(|row| usable(row.demo)).map(group);
        let own = usable(pack.demo);
        let pack_rates = pack.cpi.rates.iter().filter(|_| own).map(|rate| RateRow {
            demo: demo_book,
            ..packed(rate, pack)
        });
        let pack_groups = pack.gsp.iter().filter(|_| own).map(|row| GroupRow {
            demo: demo_book,
            ..packed_group(row, pack)
        });
        let rates = rates.chain(pack_rates);
        let groups = groups.chain(pack_groups);
        let region = snapshot.settings.get("incentive_region");
        Terms::new(
            rates.collect(),
            groups.collect(),
            region.map(|region| kept(region)),
            gates,
            pack,
        )
    }

    /// From rows that were checked already.
    pub fn new(
        rates: Vec<RateRow>,
        groups: Vec<GroupRow>,
        region: Option<Arc<str>>,
        gates: Vec<Gate>,
        pack: &Pack,
    ) -> Terms {
        let rates: Vec<Arc<RateRow>> = rates.into_iter().map(Arc::new).collect();
        let mut by_group: HashMap<Arc<str>, Vec<Arc<RateRow>>> = HashMap::new();
        for rate in &rates {
            let rows = by_group.entry(kept(&rate.gsp)).or_default();
            rows.push(Arc::clone(rate));
        }
        let mut exact: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
        let mut beginnings = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            match group.product.strip_suffix('*') {
                Some(_) => beginnings.push(at),
                None => exact.entry(kept(&group.product)).or_default().push(at),
            }
        }
        beginnings.sort_by_key(|at| {
            let product = groups.get(*at).map_or(0, |group| group.product.len());
            std::cmp::Reverse(product)
        });
        let named: BTreeSet<Arc<str>> = rates
            .iter()
            .map(|rate| kept(&rate.region))
            .filter(|region| &**region != ANY)
            .collect();
        let only = || match named.len() {
            0 => Some(ANY.into()),
            1 => named.iter().next().cloned(),
            _ => None,
        };
        Terms {
            region: region.or_else(only),
            demo: rates.iter().any(|rate| rate.demo),
            rates,
            by_group,
            groups,
            exact,
            beginnings,
            by_score: gates
                .iter()
                .map(|gate| gate.by_score(&pack.tiers))
                .collect(),
            gates,
            tiers: pack.tiers.clone(),
            policy: Policy::of(pack),
        }
    }

    /// All loaded rates.
    pub fn rates(&self) -> &[Arc<RateRow>] {
        &self.rates
    }

    /// All loaded offer groups.
    pub fn groups(&self) -> &[GroupRow] {
        &self.groups
    }

    /// True when nothing is loaded to pay by.
    pub fn is_empty(&self) -> bool {
        self.rates.is_empty()
    }

    /// The regions the rates name, each once.
    pub fn regions(&self) -> Vec<Arc<str>> {
        let all: BTreeSet<Arc<str>> = self.rates.iter().map(|rate| kept(&rate.region)).collect();
        all.into_iter().collect()
    }

    /// The gate of a portfolio.
    pub fn gate(&self, portfolio: &Portfolio) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.portfolio == *portfolio)
    }

    /// What the gate of a portfolio lets through for a booking of that day.
    pub fn opening(&self, portfolio: &Portfolio, day: NaiveDate) -> Opening {
        let mut gates = self.gates.iter().zip(&self.by_score);
        gates
            .find(|(gate, _)| gate.portfolio == *portfolio)
            .map_or(Opening::Unknown, |(gate, by_score)| {
                gate.held_on(day, *by_score)
            })
    }

    /// The offer group of the first of these product ids that has one; a whole id beats a
    /// beginning, a longer beginning a shorter one.
    pub fn group<'a>(
        &self,
        products: impl IntoIterator<Item = &'a str>,
        day: NaiveDate,
    ) -> Option<&GroupRow> {
        let on = |at: &usize| {
            let group = self.groups.get(*at)?;
            holds(group.from, group.to, day).then_some(group)
        };
        products.into_iter().find_map(|product| {
            let product = key(product);
            let whole = self.exact.get(&*product);
            let whole = whole.and_then(|rows| rows.iter().find_map(on));
            whole.or_else(|| {
                let mut rows = self.beginnings.iter().filter_map(on);
                rows.find(|group| {
                    let start = group.product.trim_end_matches('*');
                    product.starts_with(&*key(start))
                })
            })
        })
    }

    /// The rate that holds: group and region by name before `*`.
    pub fn rate(
        &self,
        component: Component,
        column: RateColumn,
        gsp: Option<&str>,
        day: NaiveDate,
    ) -> Option<&Arc<RateRow>> {
        let region = self.region.as_deref()?;
        let of_group = |group: &str| {
            let rows = self.by_group.get(&*key(group))?;
            let on = || {
                rows.iter().filter(|rate| {
                    rate.component == component
                        && rate.column == column
                        && holds(rate.from, rate.to, day)
                })
            };
            on().find(|rate| *key(&rate.region) == *region)
                .or_else(|| on().find(|rate| &*rate.region == ANY))
        };
        gsp.and_then(of_group).or_else(|| of_group(ANY))
    }

    /// Days on which a rate begins or ends to hold, or a protected level ends: the only days a
    /// payout can change beside the last one on time.
    pub fn turns(&self) -> BTreeSet<NaiveDate> {
        let rates = self.rates.iter().map(|rate| (rate.from, rate.to));
        let groups = self.groups.iter().map(|group| (group.from, group.to));
        let gates = self.gates.iter().filter_map(|gate| gate.protected);
        let gates = gates.map(|(_, until)| (None, Some(until)));
        rates
            .chain(groups)
            .chain(gates)
            .flat_map(|(from, to)| [from, to.and_then(|day| day.succ_opt())])
            .flatten()
            .collect()
    }
}

impl Policy {
    /// As a rule pack says.
    pub fn of(pack: &Pack) -> Policy {
        let rules = &pack.cpi.rules;
        let period = match rules.cadence {
            CpiCadence::FiscalQuarter => "fiscal quarter",
            CpiCadence::FiscalMonth => "fiscal month",
        };
        let mut notes = vec![format!(
            "paid after each {period}, about {} days after its end ({})",
            rules.lag_days, rules.provenance.confidence
        )];
        notes.push(match rules.clawback {
            CpiClawback::CancelMonth => "a renewal cancelled later is taken back: a negative \
                 amount in the month of the cancellation"
                .into(),
            CpiClawback::None => "a later cancellation takes nothing back".into(),
        });
        if rules.snapshot == CpiSnapshot::BookingMonth {
            notes.push(
                "the pack asks for the assessment of the booking month; the latest one loaded \
                 is used"
                    .into(),
            );
        }
        Policy {
            late_renew_pays: rules.late_renew_pays,
            by_tcv: rules.basis == CpiBasis::Tcv,
            cap: rules.cap,
            minimum: rules.minimum,
            grace_days: pack.otrr.grace_days,
            notes,
        }
    }
}

/// A rate row of a rule pack; invented where the pack is.
fn packed(rate: &CpiRate, pack: &Pack) -> RateRow {
    RateRow {
        component: match rate.component {
            CpiComponent::Land => Component::Land,
            CpiComponent::Adopt => Component::Adopt,
            CpiComponent::Expand => Component::Expand,
            CpiComponent::Renew => Component::Renew,
            CpiComponent::AcvGrowth => Component::AcvGrowth,
        },
        gsp: Arc::clone(&rate.gsp),
        region: Arc::clone(&rate.region),
        column: match rate.column {
            pack::RateColumn::Partner => RateColumn::Partner,
            pack::RateColumn::Preferred => RateColumn::Preferred,
        },
        rate_pct: rate.rate_pct,
        from: rate.effective.from,
        to: rate.effective.to,
        source: format!("rule pack {}: {}", pack.id, rate.provenance.source).into(),
        demo: pack.demo,
    }
}

/// An offer-group row of a rule pack.
fn packed_group(row: &GspRow, pack: &Pack) -> GroupRow {
    GroupRow {
        product: Arc::clone(&row.product),
        gsp: Arc::clone(&row.gsp),
        from: row.effective.from,
        to: row.effective.to,
        source: format!("rule pack {}: {}", pack.id, row.provenance.source).into(),
        demo: pack.demo,
    }
}
