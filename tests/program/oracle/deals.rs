//! The event table: what every deal of the book adds, line by line, each amount with the fiscal
//! month it counts in.

use super::price::{self, Worth};
use super::{Number, Question, Standing, number};
use chrono::{Days, NaiveDate};
use num_traits::{One, Zero};
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::quote::{Quote, QuoteLine};
use renewdesk::domain::renewal::Renewal;
use renewdesk::domain::rules::StageKind;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::Pack;
use renewdesk::program::pack::{BuyingBase, Quantity};

/// An amount and what it is.
#[derive(Clone, Debug)]
pub enum What {
    /// Falls due.
    Due(Number),
    /// Was renewed on time.
    OnTime(Number),
    /// Was booked.
    Booking(Booking),
}

/// A booking of one line.
#[derive(Clone, Debug)]
pub struct Booking {
    pub worth: Worth,
    pub kind: LineKind,
    pub ea: bool,
    pub premium: bool,
    pub ai: bool,
    /// It renews something, rather than being new.
    pub renews: bool,
}

/// An amount in the projection's currency, by the rate of the day; none without one. The newest
/// rate that had begun by then counts until its last day.
pub fn home(
    question: &Question<'_>,
    amount: Number,
    from: Currency,
    day: NaiveDate,
) -> Option<Number> {
    let to = question.pack.currency;
    if from == to {
        return Some(amount);
    }
    let rates = question.pack.currency_rates.iter().filter(|rate| {
        let holds = rate.on <= day && rate.until.is_none_or(|until| day <= until);
        rate.from == from && rate.to == to && holds
    });
    let rate = rates.max_by_key(|rate| rate.on)?;
    Some(price::round(
        amount * number(rate.rate),
        price::places(Some(to)),
    ))
}

/// The worth of a quote line in the projection's currency on the day it books.
fn worth(
    question: &Question<'_>,
    offer: &QuoteLine,
    of: Currency,
    day: NaiveDate,
) -> Option<Worth> {
    let worth = price::quoted(offer, of)?;
    Some(Worth {
        run_rate: home(question, worth.run_rate, of, day)?,
        tcv: home(question, worth.tcv, of, day)?,
        acv: home(question, worth.acv, of, day)?,
    })
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub struct Event {
    pub portfolio: String,
    /// Month of the end date for due and on time, of the booking date for bookings.
    pub month: usize,
    /// Month of the booking date.
    pub booked: usize,
    /// How much of it the view counts.
    pub share: Number,
    pub what: What,
}

/// Everything that happens in a view.
pub fn events(question: &Question<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    for renewal in question.book.renewals.iter() {
        let deal = Deal::of(question, &renewal);
        deal.due(&mut events);
        if !deal.share.is_zero() {
            match &deal.quote {
                Some(quote) => deal.renewed_by(quote, &mut events),
                None => deal.renewed_as_it_is(&mut events),
            }
        }
    }
    for quote in quotes(question) {
        of_no_renewal(question, &quote, &mut events);
    }
    events
}

/// The quotes of the book, the one on screen in the place of its stored self.
fn quotes(question: &Question<'_>) -> Vec<Quote> {
    let stored = question.book.quotes.iter();
    stored
        .filter(|quote| question.draft.is_none_or(|draft| draft.id != quote.id))
        .chain(question.draft.cloned())
        .collect()
}

fn covers(quote: &Quote, renewal: RenewalId) -> bool {
    quote.renewals.contains(&renewal)
        || quote.lines.iter().any(|line| line.renewal == Some(renewal))
}

/// The quote that speaks for a renewal: the one looked at, else the newest.
fn speaks(question: &Question<'_>, renewal: RenewalId) -> (Option<Quote>, bool) {
    let shown = match &question.standing {
        Standing::Quote(id) => quotes(question).into_iter().find(|quote| quote.id == *id),
        _ => question.draft.cloned(),
    };
    if let Some(quote) = shown.filter(|quote| covers(quote, renewal)) {
        return (Some(quote), true);
    }
    let digits = |quote: &Quote| -> u64 {
        let digits: String = quote.number.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    let all = quotes(question)
        .into_iter()
        .filter(|quote| covers(quote, renewal));
    (
        all.max_by_key(|quote| (quote.created_on, digits(quote), quote.id)),
        false,
    )
}

/// The open lines of one contract that share an end date and a currency; one that a later line
/// followed was due all the same, one that another box replaced is due as that box's.
fn could_belong(line: &Line, renewal: &Renewal) -> bool {
    let currency =
        line.currency.is_none() || renewal.currency.is_none() || line.currency == renewal.currency;
    line.contract == Some(renewal.contract)
        && line.end == Some(renewal.end)
        && currency
        && matches!(line.kind, LineKind::Service | LineKind::Subscription)
        && line.terminated.is_none()
        && line.replaced_by.is_none()
        && !matches!(
            line.coverage,
            Coverage::Terminated | Coverage::Masked | Coverage::NotCovered
        )
}

/// A line is due once: in the renewal of its own currency; where its currency or theirs is not
/// known, in the first by currency.
fn belongs(line: &Line, renewal: &Renewal, book: &Snapshot) -> bool {
    let all = book.renewals.iter().filter(|r| could_belong(line, r));
    let own = all.min_by_key(|r| (r.currency != line.currency, r.currency, r.id));
    own.is_some_and(|own| own.id == renewal.id)
}

struct Deal<'a> {
    question: &'a Question<'a>,
    renewal: &'a Renewal,
    lines: Vec<Line>,
    quote: Option<Quote>,
    share: Number,
    booking: NaiveDate,
    still_due: bool,
}

impl<'a> Deal<'a> {
    fn of(question: &'a Question<'a>, renewal: &'a Renewal) -> Deal<'a> {
        let stage = question
            .pack
            .rules
            .stages
            .iter()
            .find(|s| s.id == renewal.stage);
        let kind = stage.map_or(StageKind::Open, |stage| stage.kind);
        let reason = renewal
            .loss_reason
            .as_deref()
            .filter(|_| kind == StageKind::Lost);
        let duplicate = question
            .pack
            .rules
            .loss_reasons
            .iter()
            .any(|known| Some(&*known.id) == reason && known.leaves_atr);
        let taken = reason == Some("takeover") && question.pack.otrr.takeover_removes_due;
        let (quote, shown) = speaks(question, renewal.id);
        let planned = renewal
            .planned_on
            .unwrap_or(renewal.end)
            .max(question.today);
        Deal {
            question,
            renewal,
            lines: question
                .book
                .lines
                .iter()
                .filter(|l| belongs(l, renewal, question.book))
                .collect(),
            quote,
            share: share(question, renewal, kind, shown),
            booking: match kind {
                // booked on a day nobody wrote down: when its stage was set, else by its end
                StageKind::Won => renewal
                    .booked_on
                    .or(renewal.stage_on)
                    .unwrap_or(renewal.end.min(question.today)),
                _ => planned,
            },
            still_due: !duplicate && !taken,
        }
    }

    /// D of a line in the projection's currency by the rate of a day, where it counts at all.
    fn value(&self, line: &Line, day: NaiveDate) -> Option<Number> {
        home(self.question, price::due(line)?, line.currency?, day)
    }

    fn worth(&self, offer: &QuoteLine, quote: &Quote) -> Option<Worth> {
        worth(self.question, offer, quote.currency, self.booking)
    }

    fn put(&self, events: &mut Vec<Event>, portfolio: Option<&Portfolio>, what: What) {
        let booked = self.question.months.of(self.booking);
        let ends = self.question.months.of(self.renewal.end);
        let (month, share) = match what {
            What::Due(_) => (ends, Number::one()),
            What::OnTime(_) => (ends, self.share),
            What::Booking(_) => (booked, self.share),
        };
        let (Some(portfolio), Some(month)) = (portfolio, month) else {
            return;
        };
        events.push(Event {
            portfolio: portfolio.title().to_string(),
            month,
            booked: booked.unwrap_or(usize::MAX),
            share,
            what,
        });
    }

    fn due(&self, events: &mut Vec<Event>) {
        for line in self.lines.iter().filter(|_| self.still_due) {
            if let Some(value) = self.value(line, self.renewal.end) {
                self.put(events, line.portfolio(), What::Due(value));
            }
        }
    }

    /// Without a quote: N = D for twelve months.
    fn renewed_as_it_is(&self, events: &mut Vec<Event>) {
        for line in &self.lines {
            let Some(value) = self.value(line, self.booking) else {
                continue;
            };
            self.on_time(line, value, events);
            let booking = Booking {
                worth: Worth {
                    run_rate: value,
                    tcv: value,
                    acv: value,
                },
                kind: line.kind,
                ea: line.ea == Some(true),
                premium: line.premium == Some(true),
                ai: line.ai == Some(true),
                renews: true,
            };
            self.put(events, line.portfolio(), What::Booking(booking));
        }
    }

    fn renewed_by(&self, quote: &Quote, events: &mut Vec<Event>) {
        for offer in quote
            .lines
            .iter()
            .filter(|offer| self.is_ours(quote, offer))
        {
            if let Some(worth) = self.worth(offer, quote) {
                let booking = Booking {
                    worth,
                    kind: offer.kind,
                    ea: offer.ea == Some(true),
                    premium: offer.premium == Some(true),
                    ai: offer.ai == Some(true),
                    renews: offer.renews.is_some(),
                };
                self.put(events, self.portfolio_of(offer), What::Booking(booking));
            }
        }
        for line in &self.lines {
            let offers = quote
                .lines
                .iter()
                .filter(|offer| self.is_ours(quote, offer));
            let renewed = offers
                .filter(|offer| offer.renews == Some(line.id) && self.keeps(line, offer))
                .filter_map(|offer| self.worth(offer, quote))
                .fold(Number::zero(), |sum, worth| sum + worth.run_rate);
            self.on_time(line, renewed, events);
        }
    }

    /// On-time credit of an expiring line: what renews it, at most what was due.
    fn on_time(&self, line: &Line, renewed: Number, events: &mut Vec<Event>) {
        let grace = Days::new(self.question.pack.otrr.grace_days as u64);
        if !self.still_due || self.booking > self.renewal.end + grace {
            return;
        }
        let due = self.value(line, self.renewal.end).unwrap_or(Number::zero());
        let credit = if self.question.pack.otrr.cap_at_due {
            renewed.min(due)
        } else {
            renewed
        };
        self.put(events, line.portfolio(), What::OnTime(credit));
    }

    /// A quote line that belongs to this renewal: it says so, or renews one of its lines; an
    /// expansion that says nothing goes with the first renewal of its quote.
    fn is_ours(&self, quote: &Quote, offer: &QuoteLine) -> bool {
        match (offer.renewal, offer.renews) {
            (Some(renewal), _) => renewal == self.renewal.id,
            (None, Some(line)) => self.lines.iter().any(|ours| ours.id == line),
            (None, None) => quote.renewals.first() == Some(&self.renewal.id),
        }
    }

    /// A quote line's own portfolio; one that names none stays in that of the line it renews.
    fn portfolio_of<'s>(&'s self, offer: &'s QuoteLine) -> Option<&'s Portfolio> {
        let line = self.lines.iter().find(|line| Some(line.id) == offer.renews);
        offer
            .portfolio
            .as_ref()
            .or_else(|| line.and_then(|line| line.portfolio()))
    }

    /// True for a quote line that keeps its line's value in the on-time rate: one of the same
    /// portfolio again; one moved into an agreement only where the pack lets that count, in whatever
    /// portfolio the agreement is.
    fn keeps(&self, line: &Line, offer: &QuoteLine) -> bool {
        if offer.ea == Some(true) && line.ea != Some(true) {
            return self.question.pack.otrr.ea_counts;
        }
        let stays = self.portfolio_of(offer);
        stays.is_some() && stays == line.portfolio()
    }
}

/// How much of a renewal a view counts.
fn share(question: &Question<'_>, renewal: &Renewal, kind: StageKind, shown: bool) -> Number {
    let yes = |counts: bool| {
        if counts {
            Number::one()
        } else {
            Number::zero()
        }
    };
    let hundred = Number::from_integer(100);
    let open = matches!(kind, StageKind::Open | StageKind::Committed);
    match &question.standing {
        _ if kind == StageKind::Won => Number::one(),
        Standing::Booked => Number::zero(),
        Standing::Quote(_) => yes(shown),
        // the quote on screen is part of every view below it, whatever the stage of what it renews
        Standing::Committed => yes(kind == StageKind::Committed || shown),
        Standing::Open => yes(open || shown),
        Standing::Weighted if open || shown => question
            .p
            .get(&renewal.id)
            .map_or(Number::zero(), |p| number(*p) / hundred),
        Standing::Weighted => Number::zero(),
        Standing::Picked(renewals, _) => yes((open || shown) && renewals.contains(&renewal.id)),
    }
}

/// Quotes of no renewal: open, booked today.
fn of_no_renewal(question: &Question<'_>, quote: &Quote, to: &mut Vec<Event>) {
    let counts = match &question.standing {
        Standing::Booked => false,
        Standing::Quote(id) => quote.id == *id,
        Standing::Committed => question.draft.is_some_and(|draft| draft.id == quote.id),
        Standing::Open => true,
        // nobody has a probability for it
        Standing::Weighted => false,
        Standing::Picked(_, quotes) => quotes.contains(&quote.id),
    };
    let today = question.months.of(question.today);
    let alone = quote.renewals.is_empty() && quote.lines.iter().all(|l| l.renewal.is_none());
    let (true, Some(today)) = (counts && alone, today) else {
        return;
    };
    for line in &quote.lines {
        let (Some(portfolio), Some(worth)) = (
            &line.portfolio,
            worth(question, line, quote.currency, question.today),
        ) else {
            continue;
        };
        to.push(Event {
            portfolio: portfolio.title().to_string(),
            month: today,
            booked: today,
            share: Number::one(),
            what: What::Booking(Booking {
                worth,
                kind: line.kind,
                ea: line.ea == Some(true),
                premium: line.premium == Some(true),
                ai: line.ai == Some(true),
                renews: line.renews.is_some(),
            }),
        });
    }
}

impl What {
    /// What it adds to a quantity of the event table.
    pub fn adds(&self, quantity: Quantity, services: bool, pack: &Pack) -> Number {
        let booking = match self {
            What::Due(value) if quantity == Quantity::ValueDue => return *value,
            What::OnTime(value) if quantity == Quantity::OnTimeValue => return *value,
            What::Due(_) | What::OnTime(_) => return Number::zero(),
            What::Booking(booking) => booking,
        };
        let grows = !booking.renews || pack.growth.renewals_count;
        let software = booking.kind == LineKind::Subscription;
        let in_base = match pack.buying_base {
            BuyingBase::All => true,
            BuyingBase::SubscriptionSoftware => software,
        };
        let use_case = software && (!booking.renews || pack.engagement.renewal_reenters);
        let tcv = booking.worth.tcv;
        match quantity {
            Quantity::Acv if grows => booking.worth.acv,
            Quantity::Tcv if grows => tcv,
            Quantity::EaTcv if booking.ea => tcv,
            // what is booked under an agreement is booked in the base too
            Quantity::BuyingBaseTcv if in_base || booking.ea => tcv,
            Quantity::PremiumTcv if booking.premium => tcv,
            Quantity::AiTcv if booking.ai => tcv,
            // every booking is one of its portfolio, whether or not it counts as growth
            Quantity::PortfolioTcv => tcv,
            Quantity::ServicesTcv if services => tcv,
            Quantity::UseCaseTcv if use_case => tcv,
            _ => Number::zero(),
        }
    }
}
