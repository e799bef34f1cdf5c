//! What the lines of one renewal say together: value, portfolios, level, dates of their hardware. One pass over the lines; nothing here depends on the rep.

use super::ClockDate;
use super::clocks::{self, Wordings};
use crate::catalogue::{Catalogue, EoxIndex, Milestone, MilestoneCache, Milestones};
use crate::domain::batch::Batch;
use crate::domain::contract::{Contract, ContractKind};
use crate::domain::ids::BatchId;
use crate::domain::line::{Coverage, Line, LineKind, Origin};
use crate::domain::portfolio::Portfolio;
use crate::domain::renewal::Atr;
use crate::domain::rules::Rules;
use crate::domain::snapshot::{Rows, Snapshot};
use crate::pricing;
use chrono::NaiveDate;
use std::sync::Arc;

/// End-of-life dates by product, looked up once each for the life of a working set.
#[derive(Debug)]
pub(super) struct Dates {
    eox: Arc<EoxIndex>,
    cache: MilestoneCache,
}

impl Dates {
    pub(super) fn of(snapshot: &Snapshot) -> Dates {
        Dates {
            eox: Arc::new(EoxIndex::of(snapshot)),
            cache: MilestoneCache::new(),
        }
    }

    pub(super) fn empty() -> Dates {
        Dates {
            eox: Arc::default(),
            cache: MilestoneCache::new(),
        }
    }

    /// The same with nothing looked up yet, for whoever may not change this one.
    pub(super) fn beside(&self) -> Dates {
        Dates {
            eox: Arc::clone(&self.eox),
            cache: MilestoneCache::new(),
        }
    }

    fn of_pid(&mut self, pid: &Arc<str>, catalogue: &Catalogue) -> Arc<Milestones> {
        self.cache.of_pid(pid, catalogue, &self.eox)
    }
}

/// The facts of one renewal's lines.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) count: u32,
    pub(super) atr: Atr,
    pub(super) portfolios: Vec<Portfolio>,
    pub(super) what: Arc<str>,
    pub(super) service_level: Option<Arc<str>>,
    pub(super) services: bool,
    pub(super) subscriptions: bool,
    /// Some line is uncovered or its cover has ended although the renewal is still ahead.
    pub(super) bare: bool,
    /// Earliest end of contract renewal by bulletin, services only.
    pub(super) stop: Option<ClockDate>,
    pub(super) attach: Option<ClockDate>,
    pub(super) ldos: Option<ClockDate>,
    /// Last day on which at least one line can be renewed by bulletin and LDoS; `None`: no limit.
    pub(super) renewable_until: Option<NaiveDate>,
    pub(super) end_source: Arc<str>,
}

/// The tables a pass over lines reads.
pub(super) struct Tables<'a> {
    pub(super) batches: &'a Rows<BatchId, Batch>,
    pub(super) catalogue: &'a Catalogue,
    pub(super) rules: &'a Rules,
    pub(super) wordings: &'a Wordings,
}

/// The earliest of several dates, with what is needed to name its source later.
#[derive(Clone, Copy)]
enum Found<'a> {
    Announced(&'a Milestone),
    OnLine(NaiveDate, &'a Line),
}

impl Found<'_> {
    fn date(&self) -> NaiveDate {
        match self {
            Found::Announced(milestone) => milestone.date,
            Found::OnLine(date, _) => *date,
        }
    }
}

/// The earliest date so far, by value: a cached milestone cannot stay borrowed over the pass.
#[derive(Default)]
struct Earliest {
    date: Option<NaiveDate>,
    source: Option<Arc<str>>,
    line: Option<Place>,
}

/// Where a line was read, and its product.
struct Place {
    origin: Option<Origin>,
    sheet: Option<Arc<str>>,
    pid: Option<Arc<str>>,
}

impl Earliest {
    fn offer(&mut self, found: Found<'_>) {
        if self.date.is_some_and(|date| date <= found.date()) {
            return;
        }
        self.date = Some(found.date());
        match found {
            Found::Announced(milestone) => {
                self.source = Some(milestone.source.clone());
                self.line = None;
            }
            Found::OnLine(_, line) => {
                self.source = None;
                self.line = Some(Place {
                    origin: line.origin,
                    sheet: line.origin_sheet.clone(),
                    pid: line.pid.clone(),
                });
            }
        }
    }

    fn finish(self, tables: &Tables<'_>) -> Option<ClockDate> {
        let source = match (self.source, self.line) {
            (Some(source), _) => source,
            (None, Some(line)) => {
                let place = origin_words(line.origin, line.sheet.as_deref(), tables.batches);
                match line.pid {
                    Some(pid) => format!("{place}, {pid}").into(),
                    None => place,
                }
            }
            (None, None) => return None,
        };
        self.date.map(|date| ClockDate { date, source })
    }
}

/// Where a line was read, in words: `file ccwr.xlsx row 12`.
pub(super) fn origin_words(
    origin: Option<Origin>,
    sheet: Option<&str>,
    batches: &Rows<BatchId, Batch>,
) -> Arc<str> {
    match origin.and_then(|origin| Some((origin, batches.get(origin.batch)?))) {
        Some((origin, batch)) => format!("file {}", origin.words(&batch.file, sheet)).into(),
        None => "the book".into(),
    }
}

impl Facts {
    /// Reads the lines of one renewal ending on `end`.
    pub(super) fn of(
        contract: Option<&Contract>,
        lines: &[Line],
        dates: &mut Dates,
        tables: &Tables<'_>,
    ) -> Facts {
        let by_contract = contract.is_some_and(|c| c.kind == ContractKind::Subscription);
        let subscription = |line: &Line| by_contract || matches!(line.kind, LineKind::Subscription);
        let mut end_of_life = EndOfLife::default();
        let mut labels = Commonest::default();
        let mut levels = Commonest::default();
        let mut portfolios: Vec<Portfolio> = Vec::new();
        let mut bare = false;
        let mut subscriptions = 0;
        for line in lines {
            let known = line
                .pid
                .as_ref()
                .map(|pid| dates.of_pid(pid, tables.catalogue));
            end_of_life.offer(line, known.as_deref(), subscription(line));
            bare |= matches!(line.coverage, Coverage::NotCovered | Coverage::Expired);
            subscriptions += usize::from(subscription(line));
            if let Some(portfolio) = line.portfolio()
                && !portfolios.contains(portfolio)
            {
                portfolios.push(portfolio.clone());
            }
            levels.add(line.service_level.as_ref());
            labels.add(label_of(line));
        }
        portfolios.sort_unstable();
        let header_level = contract.and_then(|c| c.service_level.clone());
        let header_label = header_level
            .clone()
            .or_else(|| contract.and_then(|c| c.program.clone()));
        Facts {
            count: u32::try_from(lines.len()).unwrap_or(u32::MAX),
            atr: pricing::atr(lines.iter()),
            portfolios,
            what: labels.words().or(header_label).unwrap_or_else(|| "".into()),
            service_level: levels.top().or(header_level),
            services: subscriptions < lines.len() || (lines.is_empty() && !by_contract),
            subscriptions: subscriptions > 0 || (lines.is_empty() && by_contract),
            bare,
            renewable_until: end_of_life.limits.latest(),
            stop: end_of_life.stop.finish(tables),
            attach: end_of_life.attach.finish(tables),
            ldos: end_of_life.ldos.finish(tables),
            end_source: end_source(lines, tables),
        }
    }

    /// The clocks that follow from the lines, for a renewal ending on `end`; quote and notice day
    /// are not theirs.
    pub(super) fn clocks(&self, end: NaiveDate, tables: &Tables<'_>) -> super::Clocks {
        super::Clocks {
            contract_end: Some(ClockDate {
                date: end,
                source: self.end_source.clone(),
            }),
            last_renewal: Some(clocks::last_renewal(
                end,
                self.services,
                self.subscriptions,
                self.stop.as_ref(),
                tables.rules,
                tables.wordings,
            )),
            last_attach: self.attach.clone(),
            ldos: self.ldos.clone(),
            ..super::Clocks::default()
        }
    }

    /// True when every line is past its bulletin's last renewal or its last date of support.
    pub(super) fn blocked(&self, today: NaiveDate) -> bool {
        self.renewable_until.is_some_and(|last| today > last)
    }
}

/// The hardware dates of the lines read so far.
#[derive(Default)]
struct EndOfLife {
    stop: Earliest,
    attach: Earliest,
    ldos: Earliest,
    limits: Limits,
}

impl EndOfLife {
    /// Takes in a line with what is known of its product. The line's own file is trusted before
    /// any table for the date of support; a bulletin's end of renewal is for services only.
    fn offer(&mut self, line: &Line, known: Option<&Milestones>, subscription: bool) {
        let support = match line.ldos {
            Some(date) => Some(Found::OnLine(date, line)),
            None => known.and_then(|m| m.ldos.as_ref()).map(Found::Announced),
        };
        let renew = known
            .and_then(|m| m.last_renewal.as_ref())
            .filter(|_| !subscription);
        self.limits
            .offer(support.map(|f| f.date()), renew.map(|m| m.date));
        if let Some(found) = support {
            self.ldos.offer(found);
        }
        if let Some(milestone) = renew {
            self.stop.offer(Found::Announced(milestone));
        }
        if let Some(milestone) = known.and_then(|m| m.last_attach.as_ref()) {
            self.attach.offer(Found::Announced(milestone));
        }
    }
}

/// The last day on which any line can still be renewed.
#[derive(Default)]
struct Limits {
    latest: Option<NaiveDate>,
    unlimited: bool,
}

impl Limits {
    fn offer(&mut self, ldos: Option<NaiveDate>, stop: Option<NaiveDate>) {
        match [ldos, stop].into_iter().flatten().min() {
            Some(date) => self.latest = Some(self.latest.map_or(date, |l| l.max(date))),
            None => self.unlimited = true,
        }
    }

    fn latest(&self) -> Option<NaiveDate> {
        self.latest.filter(|_| !self.unlimited)
    }
}

/// Counts texts in the order they are first met; few differ, so a list beats a map.
#[derive(Default)]
struct Commonest {
    seen: Vec<(Arc<str>, u32)>,
}

impl Commonest {
    fn add(&mut self, text: Option<&Arc<str>>) {
        let Some(text) = text.filter(|t| !t.is_empty()) else {
            return;
        };
        match self.seen.iter_mut().find(|(known, _)| known == text) {
            Some((_, n)) => *n += 1,
            None => self.seen.push((text.clone(), 1)),
        }
    }

    /// The commonest; of equals the first in the alphabet, so that line order decides nothing.
    fn top(&self) -> Option<Arc<str>> {
        self.seen
            .iter()
            .min_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)))
            .map(|(text, _)| text.clone())
    }

    /// The commonest and how many further ones there are: `SNTP +2`.
    fn words(&self) -> Option<Arc<str>> {
        let top = self.top()?;
        Some(match self.seen.len() {
            0 | 1 => top,
            n => format!("{top} +{}", n - 1).into(),
        })
    }
}

/// What a line is about in one word: its level; else what a subscription is of; else its SKU.
fn label_of(line: &Line) -> Option<&Arc<str>> {
    let offer = match line.kind {
        LineKind::Subscription => line.description.as_ref().or(line.pid.as_ref()),
        _ => None,
    };
    line.service_level
        .as_ref()
        .or(offer)
        .or(line.service_sku.as_ref())
}

fn end_source(lines: &[Line], tables: &Tables<'_>) -> Arc<str> {
    let words =
        |line: &Line| origin_words(line.origin, line.origin_sheet.as_deref(), tables.batches);
    match lines {
        [] => "contract header".into(),
        [only] => words(only),
        [first, rest @ ..] => {
            let place = words(first);
            format!("{place} and {} more", rest.len()).into()
        }
    }
}
