//! How sure the score is: what the background drew, as a fan chart of one portfolio, and as a line
//! about the quote on screen. It shows what was drawn and adds nothing.

use crate::domain::ids::QuoteId;
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::Quote;
use crate::program::Engine;
use crate::program::forecast::{Forecast, PortfolioForecast, Spread, Terms};
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::effect::Effect;
use crate::ui::format;
use crate::ui::pane::exact;
use crate::ui::screen::quote::Stamp;
use crate::ui::theme::Role;
use crate::ui::widget::fan::{self, Point};
use num_rational::BigRational;
use ratatui::layout::Rect;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// Rows from which on there is room for all words and where the odds come from.
const ROOM: u16 = 10;

/// What was asked of the background and what came back.
#[derive(Debug, Default)]
pub struct Forecasts {
    /// The book as it stands.
    pub book: Option<Arc<Forecast>>,
    /// With the quote on screen as typed.
    quote: Option<(QuoteId, Arc<Forecast>)>,
    /// The count of the desk's scores that was asked for.
    asked_for: Option<u64>,
    asked_with: Option<(Stamp, Arc<Quote>)>,
    /// Newest ticket given out; an answer to an older one is dropped.
    ticket: u64,
    why_not: Option<String>,
}

/// What the background drew.
#[derive(Debug)]
pub struct Drawn {
    /// The effect it answers.
    pub ticket: u64,
    /// The quote that was counted as typed, if one was.
    pub quote: Option<QuoteId>,
    /// What came out, or why nothing.
    pub outcome: Result<Forecast, String>,
}

impl Forecasts {
    /// Asks for what is not known yet: the book by this engine, then the quote as typed. Nothing
    /// where both are known or on their way.
    pub fn ask(&mut self, desk: &Desk, draft: Option<(&Quote, Stamp)>) -> Vec<Effect> {
        let Some(engine) = &desk.engine else {
            return Vec::new();
        };
        let mut out = Vec::new();
        if self.asked_for != Some(desk.scored) {
            self.asked_for = Some(desk.scored);
            self.asked_with = None;
            out.push(self.wish(engine, desk, None));
        }
        if let Some((draft, stamp)) = draft
            && !self.asked_same(draft, &stamp)
        {
            let draft = Arc::new(draft.clone());
            self.asked_with = Some((stamp, Arc::clone(&draft)));
            out.push(self.wish(engine, desk, Some(draft)));
        }
        out
    }

    /// True for the quote asked with last: the same look at it, or one that came out equal.
    fn asked_same(&mut self, draft: &Quote, stamp: &Stamp) -> bool {
        let Some((of, quote)) = &mut self.asked_with else {
            return false;
        };
        let seen = Arc::ptr_eq(&of.0, &stamp.0) && of.1 == stamp.1;
        let same = seen || **quote == *draft;
        if same {
            of.clone_from(stamp);
        }
        same
    }

    fn wish(&mut self, engine: &Arc<Engine>, desk: &Desk, draft: Option<Arc<Quote>>) -> Effect {
        self.ticket += 1;
        let rules = &desk.pack.forecast;
        Effect::Forecast {
            ticket: self.ticket,
            engine: Arc::clone(engine),
            terms: Terms {
                draws: rules.draws,
                seed: rules.seed,
                correlation_pct: rules.correlation_pct,
            },
            draft,
        }
    }

    /// Takes what came back. The book's forecast is taken whenever it comes, a quote's only if
    /// nothing was typed since.
    pub fn drawn(&mut self, drawn: Drawn) {
        match (drawn.outcome, drawn.quote) {
            (Err(why), _) => self.why_not = Some(why),
            (Ok(forecast), None) => {
                self.why_not = None;
                self.book = Some(Arc::new(forecast));
            }
            (Ok(forecast), Some(quote)) if drawn.ticket == self.ticket => {
                self.quote = Some((quote, Arc::new(forecast)));
            }
            (Ok(_), Some(_)) => {}
        }
    }

    /// Why nothing could be drawn, where that is so.
    pub fn trouble(&self) -> Option<&str> {
        self.why_not.as_deref()
    }

    /// What the quote does to the chance of each edge, where it moves it: `P(Services ≥ 5.0)
    /// 62 % → 71 %`. Empty until both are drawn.
    pub fn line(&self, quote: QuoteId, month: &str, arrow: &str) -> String {
        let Some(((drawn, with), without)) = self.quote.as_ref().zip(self.book.as_ref()) else {
            return String::new();
        };
        if *drawn != quote {
            return String::new();
        }
        let at = |forecast: &Forecast| forecast.months.iter().position(|m| &**m == month);
        let (Some(before), Some(after)) = (at(without), at(with)) else {
            return String::new();
        };
        let pairs = without.portfolios.iter().zip(&with.portfolios);
        let moves = pairs.filter_map(|(one, other)| {
            let (one, other) = (one.months.get(before)?, other.months.get(after)?);
            Some((one, other))
        });
        let names = without.portfolios.iter().map(|found| &found.portfolio);
        let moved = moves.zip(names).flat_map(|((one, other), name)| {
            edges_moved(
                name,
                (one, without.terms.draws),
                (other, with.terms.draws),
                arrow,
            )
        });
        moved.collect::<Vec<String>>().join("   ")
    }
}

/// The edges whose chance differs by a percent or more.
fn edges_moved(
    name: &Portfolio,
    (before, of): (&Spread, u32),
    (after, out_of): (&Spread, u32),
    arrow: &str,
) -> Vec<String> {
    let pairs = before.reached.iter().zip(&after.reached);
    let texts = pairs.filter_map(|((edge, one), (_, other))| {
        let (one, other) = (share(*one, of), share(*other, out_of));
        (one != other).then(|| format!("P({} >= {edge}) {one} {arrow} {other}", name.short()))
    });
    texts.collect()
}

/// Draws of all as whole percent; `<1 %` and `>99 %` where rounding would claim certainty.
fn share(draws: u32, of: u32) -> String {
    let percent = (u64::from(draws) * 200 + u64::from(of)) / (2 * u64::from(of.max(1)));
    match percent {
        0 if draws > 0 => "<1 %".to_string(),
        100 if draws < of => ">99 %".to_string(),
        percent => format!("{percent} %"),
    }
}

fn hundredths(score: &BigRational) -> i64 {
    let hundred = BigRational::from_integer(100.into());
    exact::decimal(&(score * hundred))
        .and_then(|score| score.round().to_i64())
        .unwrap_or(0)
}

/// Draws the fan of a portfolio; `month` is the one under the cursor.
pub fn view(
    desk: &Desk,
    canvas: &mut Canvas<'_>,
    inside: Rect,
    portfolio: &Portfolio,
    month: &str,
) {
    let cells = usize::from(inside.width);
    let Some(forecast) = &desk.forecasts.book else {
        let text = desk.forecasts.trouble();
        let text = text.unwrap_or("drawing the open deals…");
        canvas.text(inside.x, inside.y, cells, text, Role::Dim);
        return;
    };
    let own = forecast
        .portfolios
        .iter()
        .find(|found| found.portfolio == *portfolio);
    let Some(own) = own.filter(|own| !own.months.is_empty()) else {
        let text = "no baseline: there is no score to forecast";
        canvas.text(inside.x, inside.y, cells, text, Role::Dim);
        return;
    };
    let at = forecast.months.iter().position(|code| &**code == month);
    let mut lines = words(forecast, own, at.unwrap_or(0), inside);
    if inside.height >= ROOM {
        lines.push((forecast.odds.line(), Role::Dim));
    }
    let mut y = inside.y;
    for (text, role) in lines.iter().take(usize::from(inside.height)) {
        canvas.text(inside.x, y, cells, text, *role);
        y += 1;
    }
    let chart = Rect::new(
        inside.x,
        y,
        inside.width,
        inside.bottom().saturating_sub(y + 1),
    );
    let points: Vec<Point> = forecast
        .months
        .iter()
        .zip(&own.months)
        .map(|(code, spread)| Point {
            label: code.to_string(),
            low: hundredths(&spread.low),
            median: hundredths(&spread.median),
            high: hundredths(&spread.high),
        })
        .collect();
    let reached = own.months.first().map_or(&[][..], |first| &first.reached);
    let edges: Vec<i64> = reached
        .iter()
        .filter_map(|(edge, _)| (*edge * Decimal::ONE_HUNDRED).to_i64())
        .collect();
    fan::view(canvas, chart, &points, &edges, at);
    if inside.height > 3 {
        let ascii = canvas.look().glyphs.ascii;
        let text = legend(forecast, ascii, cells);
        canvas.text(inside.x, inside.bottom() - 1, cells, &text, Role::Dim);
    }
}

/// What the marks mean, and as much of how it was drawn as has room.
fn legend(forecast: &Forecast, ascii: bool, cells: usize) -> String {
    let marks = if ascii {
        "= median  : 10-90 %  - score edge"
    } else {
        "▀ median  ░ 10-90 %  ┄ score edge"
    };
    let told = [
        format!(
            "   {} draws of {}",
            format::decimal(forecast.terms.draws.into(), 0),
            format::count(forecast.deals, "open deal", "open deals")
        ),
        format!(", seed {}", forecast.terms.seed),
        format!(
            ", customers together {} %",
            forecast.terms.correlation_pct.normalize()
        ),
    ];
    let mut text = marks.to_string();
    for more in told {
        if text.chars().count() + more.len() > cells {
            break;
        }
        text.push_str(&more);
    }
    text
}

/// The month under the cursor in words; in one line where there are few rows.
fn words(
    forecast: &Forecast,
    own: &PortfolioForecast,
    at: usize,
    room: Rect,
) -> Vec<(String, Role)> {
    let Some((code, spread)) = forecast.months.get(at).zip(own.months.get(at)) else {
        return Vec::new();
    };
    let score = |value: &BigRational| exact::fixed(value, 2, false);
    let mut chances: Vec<String> = spread
        .reached
        .iter()
        .map(|(edge, draws)| format!("P(>= {edge}) {}", share(*draws, forecast.terms.draws)))
        .collect();
    let (low, median, high) = (
        score(&spread.low),
        score(&spread.median),
        score(&spread.high),
    );
    // the lowest edge is the one that is never in doubt
    let lowest = usize::from(chances.len() > 2);
    if room.height < ROOM {
        let chances = chances.get(lowest..).unwrap_or_default().join("  ");
        let text = format!("{code}: {median}, 10-90 % {low} to {high}  {chances}");
        return vec![(text, Role::Strong)];
    }
    if let Some(rate) = &spread.on_time {
        chances.push(format!("on time {} %", exact::fixed(rate, 1, false)));
    }
    let first = format!("{code}: median {median}, 10-90 % {low} to {high}");
    let mut second = chances.join("   ");
    if second.chars().count() > usize::from(room.width) {
        second = chances.get(lowest..).unwrap_or_default().join("   ");
    }
    vec![(first, Role::Strong), (second, Role::Text)]
}
