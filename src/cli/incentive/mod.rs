//! `incentive`: what renewals and quotes pay by the partner's own rates, and loading those.

mod answer;
pub mod args;
mod lists;
mod load;

use super::context::{Context, note};
use super::error::Failure;
use super::output;
use crate::book::{Clock, Queue, QueueRow};
use crate::domain::ids::RenewalId;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::Quote;
use crate::domain::snapshot::Snapshot;
use crate::pricing;
use crate::program::Pack;
use crate::program::incentive::{Asking, DEMO_LABEL, DealPay, Terms};
use crate::runtime::incentive::terms;
use std::io::Write;
use std::sync::Arc;

/// Runs the command.
pub fn run(context: &Context, args: &args::Incentive, out: &mut impl Write) -> Result<(), Failure> {
    match &args.action {
        None => pays(context, args, out),
        Some(args::IncentiveAction::Load(own)) => load::load(context, own, out),
        Some(args::IncentiveAction::Region { name, json }) => {
            load::region(context, name.as_deref(), *json, out)
        }
        Some(args::IncentiveAction::Rates { json, csv }) => lists::rates(context, *json, *csv, out),
        Some(args::IncentiveAction::Adoption { json }) => lists::adoption(context, *json, out),
    }
}

/// A book with everything a payout needs.
pub(super) struct Desk {
    pub snapshot: Snapshot,
    pub pack: Pack,
    pub queue: Queue,
    pub terms: Terms,
}

impl Desk {
    fn of(context: &Context) -> Result<Desk, Failure> {
        let store = context.open_to_look()?;
        let pack = context.pack()?;
        let snapshot = store.snapshot()?;
        let queue = Queue::build(
            &snapshot,
            &pack.rules,
            &context.catalogue(),
            context.today(),
        );
        let engine = super::pvi::engine(context, &snapshot, &pack);
        let terms = terms(&engine, &pack, &snapshot);
        Ok(Desk {
            snapshot,
            pack,
            queue,
            terms,
        })
    }

    fn asking(&self, context: &Context) -> Asking<'_> {
        Asking {
            snapshot: &self.snapshot,
            rules: &self.pack.rules,
            terms: &self.terms,
            today: context.today(),
            currency: self.pack.currency,
        }
    }
}

/// A deal with the row it belongs to.
pub(super) struct Deal<'a> {
    pub renewal: Option<RenewalId>,
    pub row: Option<QueueRow<'a>>,
    pub quote: Option<Arc<Quote>>,
    pub pay: DealPay,
}

fn pays(context: &Context, args: &args::Incentive, out: &mut impl Write) -> Result<(), Failure> {
    let desk = Desk::of(context)?;
    let deals = wanted(context, &desk, args)?;
    let portfolio = args.portfolio.as_deref().and_then(Portfolio::named);
    let detailed = args.contract.is_some() || args.quote.is_some();
    if args.json {
        let answer = answer::answer(context, &desk, &deals, portfolio.as_ref(), detailed);
        return output::json(out, &answer);
    }
    output::watermark(&desk.snapshot);
    if desk.terms.demo {
        note(&format!(
            "{DEMO_LABEL}: the rates are invented, nobody pays them"
        ));
    }
    if args.csv {
        return answer::csv(&desk, &deals, portfolio.as_ref(), out);
    }
    if desk.terms.is_empty() {
        note("rates not loaded: `renewdesk incentive load FILE` reads yours");
    }
    answer::print(&desk, &deals, portfolio.as_ref(), detailed, out)
}

/// The deals asked for: one contract, one quote, or every open renewal by its end.
fn wanted<'a>(
    context: &Context,
    desk: &'a Desk,
    args: &args::Incentive,
) -> Result<Vec<Deal<'a>>, Failure> {
    if let Some(text) = &args.portfolio {
        known_portfolio(desk, text)?;
    }
    if let Some(text) = &args.quote {
        let quote = super::find::quote(&desk.snapshot, text)?;
        return Ok(of_quote(context, desk, &Arc::new(quote)));
    }
    let one = match &args.contract {
        Some(text) => Some(super::find::renewal(&desk.snapshot, &desk.pack.rules, text, true)?.id),
        None => None,
    };
    let asking = desk.asking(context);
    let mut rows: Vec<QueueRow<'_>> = desk
        .queue
        .rows()
        .iter()
        .filter(|row| one.map_or(row.open(), |id| row.renewal() == id))
        .collect();
    rows.sort_by_key(|row| (row.end(), row.renewal()));
    let deal = |row: QueueRow<'a>| {
        let renewal = desk.snapshot.renewals.get(row.renewal())?;
        let quote = row.quote().and_then(|id| desk.snapshot.quotes.get(id));
        let last_day = row.clock(Clock::LastRenewal);
        let lines = desk.queue.lines_of(row.renewal()).to_vec();
        let pay = asking.renewal(&renewal, &lines, quote.as_ref(), last_day)?;
        Some(Deal {
            renewal: Some(row.renewal()),
            row: Some(row),
            quote: quote.map(Arc::new),
            pay,
        })
    };
    let found: Vec<Deal<'a>> = rows.into_iter().filter_map(deal).collect();
    if found.is_empty() && one.is_some() {
        return Err(Failure::refused("this renewal is lost: it pays nothing"));
    }
    Ok(found)
}

fn known_portfolio(desk: &Desk, text: &str) -> Result<(), Failure> {
    let known = Portfolio::named(text);
    let mut gates = desk.terms.gates.iter();
    if gates.any(|gate| Some(&gate.portfolio) == known.as_ref()) {
        return Ok(());
    }
    let titles: Vec<&str> = desk
        .terms
        .gates
        .iter()
        .map(|gate| gate.portfolio.title())
        .collect();
    Err(Failure::usage(format!("there is no portfolio {text:?}"))
        .hint(format!("the portfolios are {}", titles.join(", "))))
}

/// Each renewal of a quote, or the quote alone where it covers none.
fn of_quote<'a>(context: &Context, desk: &'a Desk, quote: &Arc<Quote>) -> Vec<Deal<'a>> {
    let asking = desk.asking(context);
    let (priced, _) = pricing::price_quote(quote, &desk.pack.rules);
    if quote.renewals.is_empty() {
        return vec![Deal {
            renewal: None,
            row: None,
            quote: Some(Arc::clone(quote)),
            pay: asking.loose(quote, &priced),
        }];
    }
    let deal = |id: &RenewalId| {
        let renewal = desk.snapshot.renewals.get(*id)?;
        let row = desk.queue.row(*id);
        let last_day = row.and_then(|row| row.clock(Clock::LastRenewal));
        let lines = desk.queue.lines_of(*id).to_vec();
        let pay = asking.quoted(&renewal, &lines, quote, &priced, last_day)?;
        Some(Deal {
            renewal: Some(*id),
            row,
            quote: Some(Arc::clone(quote)),
            pay,
        })
    };
    quote.renewals.iter().filter_map(deal).collect()
}
