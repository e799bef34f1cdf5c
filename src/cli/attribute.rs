//! `pvi attribute`: which deal does what to the score.

use super::args::PviAttribute;
use super::attribute_answer::{self as answer, Answer, Item, Subject};
use super::context::Context;
use super::decide::{self, Ground};
use super::error::Failure;
use super::{find, output, pvi};
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::Quote;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::expand;
use crate::program::attribution::{self, Attribution, Standing};
use crate::program::board::{Add, Board, BoardDeal, DealId};
use crate::program::{Engine, Month, Pack, View};
use std::io::Write;

/// What every part of the answer is computed from.
pub(super) struct Work<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) engine: &'a Engine,
    pub(super) board: &'a Board,
    pub(super) attribution: &'a Attribution,
    /// Numbers of the portfolios asked for.
    pub(super) portfolios: Vec<usize>,
}

/// Runs the command.
pub fn run(context: &Context, args: &PviAttribute, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let (view, name) = view(args, &snapshot, &pack.rules)?;
    let month = pvi::month(args.month.as_deref())?;
    let engine = pvi::engine(context, &snapshot, &pack);
    let (board, quoted) = board(&engine, &snapshot, args, &view, &month)?;
    let Some(chosen) = attribution::chosen_by(&view, &quoted) else {
        return Err(Failure::usage(
            "by probability no deal stands as a whole, so none can be taken out",
        )
        .hint("attribute one of the views booked, committed, open and quote:ID"));
    };
    let attribution = Attribution::of(&board, chosen);
    let work = Work {
        snapshot: &snapshot,
        engine: &engine,
        board: &board,
        attribution: &attribution,
        portfolios: portfolios(&board, args.portfolio.as_deref())?,
    };
    let items = items(context, args, &work, &pack)?;
    let answer = answer::of(context, args, &work, &name, items);
    if args.json {
        return output::json(out, &answer);
    }
    output::watermark(&snapshot);
    Answer::print(&answer, out)
}

fn view(
    args: &PviAttribute,
    snapshot: &Snapshot,
    rules: &Rules,
) -> Result<(View, String), Failure> {
    let named = match (&args.view, &args.quote) {
        (Some(view), _) => view.clone(),
        (None, Some(quote)) => format!("quote:{quote}"),
        (None, None) if args.suggestions => "booked".to_string(),
        (None, None) => "open".to_string(),
    };
    pvi::view(&named, snapshot, rules)
}

/// The board, and the deals of the quote the view is about.
fn board(
    engine: &Engine,
    snapshot: &Snapshot,
    args: &PviAttribute,
    view: &View,
    month: &Month,
) -> Result<(Board, Vec<DealId>), Failure> {
    let refused = |error: crate::program::ProgramError| Failure::refused(error.to_string());
    let of_view = match view {
        View::Quote(id) => snapshot.quotes.get(*id),
        _ => None,
    };
    let asked = args.quote.as_ref().map(|text| find::quote(snapshot, text));
    let quote = match of_view {
        Some(quote) => Some(quote),
        None => asked.transpose()?,
    };
    let Some(quote) = &quote else {
        return Ok((engine.board(month).map_err(refused)?, Vec::new()));
    };
    let board = engine.board_with(quote, month).map_err(refused)?;
    let deals = engine.adds_of(quote, &board);
    let ids = deals.into_iter().map(|(id, _)| id).collect();
    Ok((board, ids))
}

fn portfolios(board: &Board, asked: Option<&str>) -> Result<Vec<usize>, Failure> {
    let Some(asked) = asked else {
        return Ok((0..board.portfolios.len()).collect());
    };
    let number = Portfolio::named(asked).and_then(|portfolio| board.number(&portfolio));
    let Some(number) = number else {
        let titles = board.portfolios.iter().map(|p| p.portfolio.title());
        let titles: Vec<&str> = titles.collect();
        return Err(Failure::usage(format!("there is no portfolio {asked:?}"))
            .hint(format!("the portfolios are {}", titles.join(", "))));
    };
    Ok(vec![number])
}

fn items(
    context: &Context,
    args: &PviAttribute,
    work: &Work<'_>,
    pack: &Pack,
) -> Result<Vec<Item>, Failure> {
    if let Some(text) = &args.contract {
        return of_contract(text, work, pack);
    }
    if let Some(text) = &args.quote {
        return of_quote(text, args.lines, work);
    }
    if args.suggestions {
        return Ok(of_suggestions(context, args, work, pack));
    }
    let mut all: Vec<Item> = work
        .attribution
        .deals(work.board)
        .filter_map(|(_, deal)| {
            let standing = work.attribution.standing();
            let effects = standing.part(work.board, &deal.adds);
            let item = Item::of(work, Subject::deal(work, &deal), standing, &effects, true);
            (!item.portfolios.is_empty()).then_some(item)
        })
        .collect();
    all.sort_by_key(|item| std::cmp::Reverse(item.stake));
    Ok(all)
}

fn of_contract(text: &str, work: &Work<'_>, pack: &Pack) -> Result<Vec<Item>, Failure> {
    let renewal = find::renewal(work.snapshot, &pack.rules, text, true)?;
    let id = DealId::Renewal(renewal.id);
    let Some(deal) = work.board.deals.find(id) else {
        return Err(Failure::refused(format!(
            "the renewal of {text} that ends on {} is {}: only a deal that is still open can be won or lost",
            renewal.end, renewal.stage
        )));
    };
    Ok(vec![on_its_own(work, &deal)])
}

/// A deal in the view, or on top of it where the view does not hold it.
fn on_its_own(work: &Work<'_>, deal: &BoardDeal) -> Item {
    let subject = Subject::deal(work, deal);
    if let Some(effects) = work.attribution.effects(work.board, deal.id) {
        return Item::of(work, subject, work.attribution.standing(), &effects, true);
    }
    added(work, subject, &deal.adds)
}

fn added(work: &Work<'_>, subject: Subject, adds: &[Add]) -> Item {
    let standing = work.attribution.standing().and(work.board, adds);
    let effects = standing.part(work.board, adds);
    Item::of(work, subject, &standing, &effects, false)
}

/// A quote by what of it can still be won: what is booked stands in the score already, and counting it
/// beside that would tell it twice.
fn of_quote(text: &str, lines: bool, work: &Work<'_>) -> Result<Vec<Item>, Failure> {
    let quote = find::quote(work.snapshot, text)?;
    let deals = open_deals(&quote, work);
    let renewals = quote.renewals.len();
    if deals.is_empty() && renewals > 0 {
        return Err(Failure::refused(format!(
            "every renewal of {text} is booked or lost: only a deal that is still open can be won or lost"
        )));
    }
    let standing = with_all(&deals, work);
    let counted = deals
        .iter()
        .all(|(id, _)| work.attribution.place(work.board, *id).is_some());
    let item = |subject, adds: &[Add]| {
        let effects = standing.part(work.board, adds);
        Item::of(work, subject, &standing, &effects, counted)
    };
    let mut out = vec![item(Subject::quote(&quote), &whole(&deals))];
    if renewals > 1 {
        for (id, adds) in &deals {
            if let Some(deal) = work.board.deals.find(*id) {
                out.push(item(Subject::deal(work, &deal), adds));
            }
        }
    }
    if lines {
        let each = work.engine.adds_of_lines(&quote, work.board);
        for (line, (_, adds)) in quote.lines.iter().zip(&each) {
            let renewal = line.renewal.or_else(|| quote.renewals.first().copied());
            if renewal.is_none_or(|id| is_open(DealId::Renewal(id), work)) {
                out.push(item(Subject::line(&quote, line), adds));
            }
        }
    }
    Ok(out)
}

fn is_open(deal: DealId, work: &Work<'_>) -> bool {
    match deal {
        DealId::Renewal(_) => work.board.deals.find(deal).is_some(),
        DealId::Quote(_) | DealId::Extra(_) => true,
    }
}

/// What of a quote can still be won, deal by deal.
fn open_deals(quote: &Quote, work: &Work<'_>) -> Vec<(DealId, Vec<Add>)> {
    let mut deals = work.engine.adds_of(quote, work.board);
    deals.retain(|(id, _)| is_open(*id, work));
    deals
}

fn whole(deals: &[(DealId, Vec<Add>)]) -> Vec<Add> {
    attribution::together(deals.iter().map(|(_, adds)| adds.as_slice()))
}

/// The view with these deals as they are given here: those it holds once, not as it has them and again.
fn with_all(deals: &[(DealId, Vec<Add>)], work: &Work<'_>) -> Standing {
    let held = deals.iter().filter_map(|(id, _)| {
        let place = work.attribution.place(work.board, *id)?;
        work.board.deals.get(place).map(|deal| deal.adds)
    });
    let held = attribution::together(held);
    let more = attribution::beyond(&whole(deals), &held);
    work.attribution.standing().and(work.board, &more)
}

fn of_suggestions(
    context: &Context,
    args: &PviAttribute,
    work: &Work<'_>,
    pack: &Pack,
) -> Vec<Item> {
    let (catalogue, today) = (context.catalogue(), context.today());
    let all = expand::suggest(work.snapshot, &pack.rules, &catalogue, today);
    let ground = Ground {
        snapshot: work.snapshot,
        pack,
        catalogue: &catalogue,
        all: &all,
    };
    let open = all
        .iter()
        .filter(|suggestion| suggestion.decision.is_none());
    let mut out: Vec<Item> = open
        .filter_map(|suggestion| {
            // one whose lines cannot be quoted moves nothing that could be told
            let into = decide::place(context, suggestion, None, &ground).ok()?;
            let before = into
                .existing()
                .map_or_else(Vec::new, |quote| open_deals(quote, work));
            let after = open_deals(&into.with_lines(), work);
            // the draft it goes into counts first, so that only its own lines are told
            let standing = with_all(&after, work);
            let own = attribution::beyond(&whole(&after), &whole(&before));
            let effects = standing.part(work.board, &own);
            Some(Item::of(
                work,
                Subject::suggestion(suggestion),
                &standing,
                &effects,
                false,
            ))
        })
        .collect();
    out.sort_by_key(|item| std::cmp::Reverse(item.stake));
    out.truncate(args.top.unwrap_or(usize::MAX));
    out
}
