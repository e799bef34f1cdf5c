//! What accepting a suggestion would do to the scores: the projection without its lines and with
//! them, computed by the program engine for the suggestions somebody looks at, and kept until the
//! book changes.

use super::decide;
use crate::domain::quote::{Quote, QuoteLine};
use crate::expand::Suggestion;
use crate::pricing;
use crate::program::{self, Month, Moved, Pack, Projection, View};
use crate::ui::desk::Desk;
use crate::ui::pane::{exact, projection};
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::HashMap;
use uuid::Uuid;

/// The effect of one suggestion.
#[derive(Clone, Debug)]
pub enum Change {
    /// Lines go into a quote: these metrics move.
    Moves {
        /// Sum over the portfolios.
        total: BigRational,
        /// Portfolios whose score changes: name, from, to, mark.
        scores: Vec<(String, String, String, &'static str)>,
        /// The metrics behind it.
        moved: Vec<Moved>,
    },
    /// It cannot be told, and why.
    Unknown(String),
}

impl Change {
    /// The change of the score in three places; `?` when it cannot be told.
    pub fn short(&self) -> String {
        match self {
            Change::Moves { total, .. } => exact::fixed(total, 3, true),
            Change::Unknown(_) => "?".to_string(),
        }
    }
}

/// Effects computed so far.
#[derive(Debug, Default)]
pub struct Effects {
    op_seq: i64,
    known: HashMap<String, Change>,
}

impl Effects {
    /// Forgets what was computed from an older book.
    pub fn forget_older(&mut self, desk: &Desk) {
        if self.op_seq != desk.snapshot.op_seq {
            self.op_seq = desk.snapshot.op_seq;
            self.known.clear();
        }
    }

    /// True when the suggestion's effect was computed.
    pub fn knows(&self, suggestion: &Suggestion) -> bool {
        self.known.contains_key(&suggestion.key)
    }

    /// The effect of a suggestion, if it was computed.
    pub fn of(&self, suggestion: &Suggestion) -> Option<&Change> {
        self.known.get(&suggestion.key)
    }

    /// The change of the score in three places, in full where somebody looked, else from the
    /// background; dots until it is known.
    pub fn short(&self, suggestion: &Suggestion, at: u32, desk: &Desk) -> String {
        let (op_seq, totals) = &desk.totals;
        let current = *op_seq == desk.snapshot.op_seq;
        match (
            self.of(suggestion),
            totals.of(&desk.suggestions, at as usize),
        ) {
            (Some(change), _) => change.short(),
            (None, Some(total)) if current => total.to_string(),
            _ => "...".to_string(),
        }
    }

    /// Computes the effect of a suggestion once.
    pub fn compute(&mut self, suggestion: &Suggestion, desk: &Desk) {
        if desk.engine.is_none() || self.knows(suggestion) {
            return;
        }
        let change = change(suggestion, desk).unwrap_or_else(Change::Unknown);
        self.known.insert(suggestion.key.clone(), change);
    }
}

fn change(suggestion: &Suggestion, desk: &Desk) -> Result<Change, String> {
    let engine = desk
        .engine
        .as_ref()
        .ok_or("the projection is being computed")?;
    if suggestion.play.is_task() {
        // it brings no quote line and moves nothing by itself
        return Ok(Change::Moves {
            total: BigRational::zero(),
            scores: Vec::new(),
            moved: Vec::new(),
        });
    }
    // Ids of lines nobody keeps: any will do, as long as they differ.
    let mut count = 0u128;
    let mut ids = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let into = decide::into_quote(suggestion, desk, &mut ids)?;
    let with = into.with_lines();
    if let Some(why) = uncounted(&with, into.lines(), &desk.pack) {
        return Err(why);
    }
    let project = |quote: &Quote| {
        engine
            .project_with(quote, &View::Quote(quote.id), &Month::Horizon)
            .map_err(|error| error.to_string())
    };
    let after = project(&with)?;
    let before = match into.existing() {
        Some(quote) => project(quote)?,
        None => engine
            .project(&View::Booked, &Month::Horizon)
            .map_err(|error| error.to_string())?,
    };
    Ok(compared(&before, &after))
}

/// Why lines of this quote move nothing the engine counts, where that can be seen beforehand.
pub fn uncounted(quote: &Quote, lines: &[QuoteLine], pack: &Pack) -> Option<String> {
    let counted = pack.currency;
    if quote.currency != counted {
        return Some(format!(
            "{} is not counted: the program counts {counted}, and no dated rate is loaded",
            quote.currency
        ));
    }
    let priced = |line: &QuoteLine| {
        pricing::price_line(line, quote.currency, &pack.rules)
            .extended_net
            .is_some()
    };
    (!lines.iter().any(priced))
        .then(|| "its lines have no price yet: type one in the quote".to_string())
}

fn compared(before: &Projection, after: &Projection) -> Change {
    let mut total = BigRational::zero();
    let mut scores = Vec::new();
    for from in &before.portfolios {
        let Some(to) = projection::of(after, &from.portfolio) else {
            continue;
        };
        if let (Some(a), Some(b)) = (&from.score, &to.score)
            && a != b
        {
            total += b - a;
            scores.push((
                from.portfolio.title().to_string(),
                projection::shown(from),
                projection::shown(to),
                projection::mark(from, to),
            ));
        }
    }
    Change::Moves {
        total,
        scores,
        moved: program::moved(before, after),
    }
}
