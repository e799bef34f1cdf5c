//! The answer of `pvi attribute`: `renewdesk.pvi_attribution/1`, and the same as tables.

use super::args::PviAttribute;
use super::attribute::Work;
use super::context::Context;
use super::error::Failure;
use super::output::PackOut;
use super::table::{Align, Table, terminal_width};
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine};
use crate::expand::Suggestion;
use crate::export::json::{decimal as plain, fixed, fraction, money};
use crate::program::attribution::{
    Detail, Edge, Edges, Effect, Fair, MetricDetail, Stake, Standing,
};
use crate::program::board::{BoardDeal, DealId};
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use serde::Serialize;
use std::collections::HashMap;
use std::io::Write;

/// Rows of a table where nothing else is asked.
const MOST_ROWS: usize = 20;

/// The whole answer.
#[derive(Serialize)]
pub(super) struct Answer {
    schema: &'static str,
    pack: PackOut,
    as_of: NaiveDate,
    view: String,
    month: String,
    currency: String,
    portfolios: Vec<ColumnOut>,
    items: Vec<Item>,
    #[serde(skip)]
    list: bool,
    #[serde(skip)]
    rows: usize,
}

/// A portfolio's column: the points of the view's deals and `shared` add up to `total`.
#[derive(Serialize)]
struct ColumnOut {
    portfolio: String,
    booked: Option<String>,
    score: Option<String>,
    total: String,
    shared: String,
    deals: usize,
    /// Only with `--shapley`.
    fair: Option<FairOut>,
    #[serde(skip)]
    exact: (BigRational, BigRational),
}

#[derive(Serialize)]
struct FairOut {
    method: &'static str,
    draws: Option<u32>,
    seed: Option<u64>,
}

/// One deal, quote, line or suggestion.
#[derive(Serialize)]
pub(super) struct Item {
    #[serde(flatten)]
    subject: Subject,
    /// Part of the view; otherwise counted on top of it.
    in_view: bool,
    pvi_at_stake: String,
    smooth: String,
    pub(super) portfolios: Vec<PortfolioOut>,
    #[serde(skip)]
    pub(super) stake: Stake,
}

/// What an item is.
#[derive(Serialize)]
pub(super) struct Subject {
    kind: &'static str,
    name: String,
    customer: Option<String>,
    what: Option<String>,
    end: Option<NaiveDate>,
    renewal_id: Option<String>,
    quote_id: Option<String>,
    line: Option<u32>,
    suggestion: Option<String>,
    #[serde(skip)]
    deal: Option<DealId>,
}

#[derive(Serialize)]
pub(super) struct PortfolioOut {
    portfolio: String,
    points: String,
    alone: String,
    lost_if_it_lapses: String,
    mark: &'static str,
    /// Only with `--shapley`.
    fair_share: Option<String>,
    standard_error: Option<String>,
    metrics: Vec<MetricOut>,
    #[serde(skip)]
    number: usize,
    #[serde(skip)]
    exact: BigRational,
    #[serde(skip)]
    fair: Option<BigRational>,
}

#[derive(Serialize)]
struct MetricOut {
    metric: String,
    title: String,
    a: [String; 2],
    b: [String; 2],
    value: [Option<String>; 2],
    smooth: Option<String>,
    index: [String; 2],
    points: String,
    mark: &'static str,
    edges_with: EdgesOut,
    edges_without: EdgesOut,
    sentences: Vec<String>,
    #[serde(skip)]
    moves: Option<BigRational>,
}

#[derive(Serialize)]
struct EdgesOut {
    next_step: Option<EdgeOut>,
    headroom: Option<EdgeOut>,
}

#[derive(Serialize)]
struct EdgeOut {
    money: String,
    index: String,
    points: String,
}

impl Subject {
    fn named(kind: &'static str, name: impl Into<String>) -> Subject {
        Subject {
            kind,
            name: name.into(),
            customer: None,
            what: None,
            end: None,
            renewal_id: None,
            quote_id: None,
            line: None,
            suggestion: None,
            deal: None,
        }
    }

    /// A deal of the board.
    pub(super) fn deal(work: &Work<'_>, deal: &BoardDeal) -> Subject {
        let snapshot = work.snapshot;
        let mut out = Subject::named("renewal", deal.name.to_string());
        let customer = |id| {
            snapshot
                .accounts
                .get(id)
                .map(|account| account.name.to_string())
        };
        out.customer = deal.account.and_then(customer);
        out.end = deal.end;
        out.deal = Some(deal.id);
        match deal.id {
            DealId::Renewal(id) => out.renewal_id = Some(id.to_string()),
            DealId::Quote(id) => {
                out.kind = "quote";
                out.quote_id = Some(id.to_string());
                if let Some(quote) = snapshot.quotes.get(id) {
                    out.name = quote.number.to_string();
                    out.customer = customer(quote.account);
                }
            }
            DealId::Extra(_) => {}
        }
        out
    }

    /// A whole quote.
    pub(super) fn quote(quote: &Quote) -> Subject {
        let mut out = Subject::named("quote", &*quote.number);
        out.quote_id = Some(quote.id.to_string());
        out
    }

    /// One line of a quote.
    pub(super) fn line(quote: &Quote, line: &QuoteLine) -> Subject {
        let mut out = Subject::named("line", format!("{} line {}", quote.number, line.number));
        out.quote_id = Some(quote.id.to_string());
        out.line = Some(line.number);
        let what = [&line.description, &line.pid, &line.service_sku];
        out.what = what.into_iter().flatten().next().map(ToString::to_string);
        out
    }

    /// A suggestion.
    pub(super) fn suggestion(suggestion: &Suggestion) -> Subject {
        let mut out = Subject::named("suggestion", suggestion.play.title());
        out.customer = Some(suggestion.customer.to_string());
        out.what = Some(suggestion.what.clone());
        out.suggestion = Some(suggestion.key.clone());
        out
    }
}

impl Item {
    /// What the effects are, as far as they touch the portfolios asked for.
    pub(super) fn of(
        work: &Work<'_>,
        subject: Subject,
        standing: &Standing,
        effects: &[Effect],
        in_view: bool,
    ) -> Item {
        let own: Vec<Effect> = effects
            .iter()
            .filter(|effect| {
                let cell = work.board.cells.get(effect.add.cell);
                cell.is_some_and(|cell| work.portfolios.contains(&cell.portfolio))
            })
            .copied()
            .collect();
        let stake = standing.stake(work.board, &own);
        let detail = standing.detail(work.board, &own);
        Item {
            subject,
            in_view,
            pvi_at_stake: plain(stake.points),
            smooth: plain(stake.smooth.round_dp(6)),
            portfolios: portfolios(work, detail),
            stake,
        }
    }
}

fn portfolios(work: &Work<'_>, detail: Detail) -> Vec<PortfolioOut> {
    let currency = work.board.currency;
    let all = detail.portfolios.into_iter().map(|found| PortfolioOut {
        portfolio: found.portfolio.title().to_string(),
        points: fraction(&found.points),
        alone: fraction(&found.alone),
        lost_if_it_lapses: fraction(&found.points),
        mark: found.mark.word(),
        fair_share: None,
        standard_error: None,
        number: work.board.number(&found.portfolio).unwrap_or(0),
        metrics: found
            .metrics
            .iter()
            .map(|metric| MetricOut {
                sentences: metric.edge_sentences(&found.portfolio, currency),
                ..metric_out(metric, currency)
            })
            .collect(),
        exact: found.points,
        fair: None,
    });
    all.collect()
}

fn metric_out(metric: &MetricDetail, currency: Currency) -> MetricOut {
    let pair = |(with, without): &(BigRational, BigRational)| [fraction(without), fraction(with)];
    let value = |value: &Option<BigRational>| value.as_ref().map(fraction);
    MetricOut {
        metric: metric.metric.to_string(),
        title: metric.title.clone(),
        a: pair(&metric.a),
        b: pair(&metric.b),
        value: [value(&metric.value.1), value(&metric.value.0)],
        smooth: metric.smooth.as_ref().map(fraction),
        index: [plain(metric.index.1), plain(metric.index.0)],
        points: fraction(&metric.points),
        mark: metric.mark.word(),
        edges_with: edges(&metric.with, currency),
        edges_without: edges(&metric.without, currency),
        sentences: Vec::new(),
        moves: metric.smooth.clone(),
    }
}

fn edges(edges: &Edges, currency: Currency) -> EdgesOut {
    let edge = |edge: &Edge| EdgeOut {
        money: money(edge.money, currency),
        index: plain(edge.index),
        points: fraction(&edge.points),
    };
    EdgesOut {
        next_step: edges.up.as_ref().map(edge),
        headroom: edges.down.as_ref().map(edge),
    }
}

/// The answer to what was asked.
pub(super) fn of(
    context: &Context,
    args: &PviAttribute,
    work: &Work<'_>,
    view: &str,
    mut items: Vec<Item>,
) -> Answer {
    let list = args.contract.is_none() && args.quote.is_none() && !args.suggestions;
    let columns = work.portfolios.iter().map(|number| {
        let fair = args
            .shapley
            .then(|| Fair::of(work.board, work.attribution, *number, args.seed, args.draws));
        if let Some(fair) = &fair {
            put_shares(work, &mut items, *number, fair);
        }
        column(args, work, *number, fair.as_ref())
    });
    let columns: Vec<ColumnOut> = columns.collect();
    if args.json {
        items.truncate(args.top.unwrap_or(usize::MAX));
    }
    Answer {
        schema: "renewdesk.pvi_attribution/1",
        pack: PackOut::from(&work.board.pack),
        as_of: context.today(),
        view: view.to_string(),
        month: work.board.month.to_string(),
        currency: work.board.currency.to_string(),
        portfolios: columns,
        items,
        list,
        rows: args.top.unwrap_or(MOST_ROWS),
    }
}

fn column(args: &PviAttribute, work: &Work<'_>, number: usize, fair: Option<&Fair>) -> ColumnOut {
    let column = work.attribution.column(work.board, number);
    let name = work.board.portfolios.get(number);
    let touching = work.attribution.deals(work.board).filter(|(_, deal)| {
        deal.adds.iter().any(|add| {
            let cell = work.board.cells.get(add.cell);
            cell.is_some_and(|cell| cell.portfolio == number)
        })
    });
    ColumnOut {
        portfolio: name.map_or_else(String::new, |p| p.portfolio.title().to_string()),
        booked: column.booked.as_ref().map(fraction),
        score: column.score.as_ref().map(fraction),
        total: fraction(&column.total),
        shared: fraction(&column.shared()),
        deals: touching.count(),
        fair: fair.map(|fair| FairOut {
            method: if fair.draws.is_some() {
                "sampled"
            } else {
                "exact"
            },
            draws: fair.draws,
            seed: fair.draws.map(|_| args.seed),
        }),
        exact: (column.total.clone(), column.shared()),
    }
}

fn put_shares(work: &Work<'_>, items: &mut [Item], number: usize, fair: &Fair) {
    let of_deal: HashMap<DealId, usize> = fair
        .shares
        .iter()
        .enumerate()
        .filter_map(|(at, share)| Some((work.board.deals.id(share.deal)?, at)))
        .collect();
    for item in items {
        let share = item.subject.deal.and_then(|id| of_deal.get(&id));
        let Some(share) = share.and_then(|at| fair.shares.get(*at)) else {
            continue;
        };
        let own = item.portfolios.iter_mut().find(|own| own.number == number);
        if let Some(own) = own {
            own.fair_share = Some(fraction(&share.points));
            own.standard_error = Some(plain(share.error));
            own.fair = Some(share.points.clone());
        }
    }
}

/// With its sign, three decimals.
fn signed(points: &BigRational) -> String {
    let sign = if points.is_positive() { "+" } else { "" };
    format!("{sign}{}", fixed(points, 3))
}

impl Answer {
    /// As tables.
    pub(super) fn print(&self, out: &mut impl Write) -> Result<(), Failure> {
        writeln!(
            out,
            "Attribution, {}, {}. Estimate by {} of {} ({}); the vendor's portal is official.",
            self.view, self.month, self.pack.name, self.pack.as_of, self.pack.confidence
        )?;
        if self.list {
            for column in &self.portfolios {
                self.print_column(column, out)?;
            }
            return Ok(());
        }
        for item in &self.items {
            print_item(item, out)?;
        }
        if self.items.is_empty() {
            writeln!(out, "Nothing to attribute.")?;
        }
        Ok(())
    }

    fn print_column(&self, column: &ColumnOut, out: &mut impl Write) -> Result<(), Failure> {
        let mut rows: Vec<(&Item, &PortfolioOut)> = self
            .items
            .iter()
            .filter_map(|item| {
                let own = item
                    .portfolios
                    .iter()
                    .find(|p| p.portfolio == column.portfolio)?;
                Some((item, own))
            })
            .collect();
        if rows.is_empty() && self.portfolios.len() > 1 {
            return Ok(());
        }
        rows.sort_by(|a, b| b.1.exact.cmp(&a.1.exact));
        let score = |score: &Option<String>| score.clone().unwrap_or("no baseline".into());
        writeln!(out)?;
        writeln!(
            out,
            "{}: booked {}, this view {}",
            column.portfolio,
            score(&column.booked),
            score(&column.score)
        )?;
        let mut table = Table::new(&[
            ("Deal", Align::Left),
            ("Customer", Align::Left),
            ("Ends", Align::Left),
            ("Moves", Align::Left),
            ("PVI", Align::Right),
            ("Fair", Align::Right),
            ("Mark", Align::Left),
        ]);
        for (item, own) in rows.iter().take(self.rows) {
            table.row([
                item.subject.name.clone(),
                item.subject.customer.clone().unwrap_or_default(),
                item.subject
                    .end
                    .map_or(String::new(), |end| end.to_string()),
                moves(own),
                signed(&own.exact),
                own.fair.as_ref().map_or("-".into(), signed),
                own.mark.to_string(),
            ]);
        }
        let rest = rows.get(self.rows..).unwrap_or_default();
        let plain_row = |name: String, points: String, fair: String| {
            let none = String::new;
            [name, none(), none(), none(), points, fair, none()]
        };
        let has_fair = column.fair.is_some();
        let fair = |amount: BigRational| {
            if has_fair {
                signed(&amount)
            } else {
                "-".into()
            }
        };
        if !rest.is_empty() {
            let points: BigRational = rest.iter().map(|(_, own)| &own.exact).sum();
            let shares: BigRational = rest.iter().filter_map(|(_, own)| own.fair.clone()).sum();
            let name = format!("{} more deals", rest.len());
            table.row(plain_row(name, signed(&points), fair(shares)));
        }
        let (total, shared) = &column.exact;
        let name = "shared by several deals".to_string();
        table.row(plain_row(name, signed(shared), fair(BigRational::zero())));
        table.row(plain_row(
            "total".into(),
            signed(total),
            fair(total.clone()),
        ));
        table.write(out, terminal_width())?;
        if let Some(FairOut {
            draws: Some(draws), ..
        }) = &column.fair
        {
            writeln!(
                out,
                "Fair shares over {draws} drawn orders and their reverses; --json has the standard error of each."
            )?;
        }
        Ok(())
    }
}

/// The metric it moves most: `On-time renewal rate +4.00`.
fn moves(own: &PortfolioOut) -> String {
    let far = |metric: &&MetricOut| metric.moves.as_ref().map(|moves| moves.abs());
    own.metrics
        .iter()
        .max_by(|a, b| far(a).cmp(&far(b)))
        .and_then(|metric| {
            let moves = metric.moves.as_ref()?;
            let sign = if moves.is_negative() { "" } else { "+" };
            Some(format!("{} {sign}{}", metric.title, fixed(moves, 2)))
        })
        .unwrap_or_default()
}

fn print_item(item: &Item, out: &mut impl Write) -> Result<(), Failure> {
    let subject = &item.subject;
    let also = [subject.customer.clone(), subject.what.clone()];
    let also: Vec<String> = also.into_iter().flatten().collect();
    let also = also.join(", ");
    let colon = if also.is_empty() { "" } else { ": " };
    writeln!(out)?;
    writeln!(
        out,
        "{}",
        crate::domain::text::clean(&format!("{}{colon}{also}", subject.name))
    )?;
    let mut table = Table::new(&[
        ("Portfolio", Align::Left),
        ("Metric", Align::Left),
        ("Without", Align::Right),
        ("With", Align::Right),
        ("Index", Align::Right),
        ("PVI", Align::Right),
        ("Mark", Align::Left),
    ]);
    let percent = |metric: &MetricOut, at: usize| {
        let value = metric.value.get(at).cloned().flatten();
        value.map_or("-".to_string(), |value| format!("{value} %"))
    };
    for portfolio in &item.portfolios {
        for metric in &portfolio.metrics {
            let [without, with] = &metric.index;
            table.row([
                portfolio.portfolio.clone(),
                metric.title.clone(),
                percent(metric, 0),
                percent(metric, 1),
                format!("{without} > {with}"),
                metric.points.clone(),
                metric.mark.to_string(),
            ]);
        }
    }
    if item.portfolios.is_empty() {
        writeln!(out, "moves no metric of this view in this month")?;
        return Ok(());
    }
    table.write(out, terminal_width())?;
    for portfolio in &item.portfolios {
        let from = match subject.kind {
            "renewal" => "lost if it lapses",
            _ => "from it",
        };
        writeln!(
            out,
            "{}: {} PVI {from}, {}",
            portfolio.portfolio, portfolio.points, portfolio.mark
        )?;
        for sentence in portfolio
            .metrics
            .iter()
            .flat_map(|metric| &metric.sentences)
        {
            writeln!(out, "  {sentence}")?;
        }
    }
    Ok(())
}
