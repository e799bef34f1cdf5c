//! Which amounts a deal adds to which quantity in which fiscal month when it books (program §8): by
//! a quote, flat, or at an uplift. A quote is counted line by line and a line can be taken out
//! again, so that typing in one of a thousand lines costs that line. Whole numbers, no month chosen.

use super::deal::{Case, Ground, Marks};
use super::due::{Due, Dues};
use super::offer::{Offer, Offers, Price};
use super::pack::{BuyingBase, Quantity};
use super::sums::{Item, put};
use crate::domain::money::Currency;
use crate::domain::rules::StageKind;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What a deal adds when it books. Kept between deals, so that counting a book asks for memory
/// once.
#[derive(Clone, Debug, Default)]
pub struct Gains {
    /// What counts on top of the baseline.
    pub items: Vec<Item>,
    /// What the baseline holds already, for the months that roll out of it.
    pub past: Vec<Item>,
    /// List less net of its quote lines, in minor units.
    pub discount: i128,
    /// What its quote renews of each expiring line; empty where there is no quote.
    renewed: Vec<i128>,
    /// Bookings of one kind, added up.
    alike: Vec<(Kind, Money)>,
    /// On-time credit by portfolio.
    credits: Vec<(usize, i128)>,
}

/// What counts in the same portfolio and quantities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    portfolio: usize,
    marks: Marks,
    /// It renews nothing.
    expansion: bool,
}

/// What a line of a quote counts in a deal.
struct Share {
    /// What is booked; nowhere without a portfolio.
    kind: Option<Kind>,
    money: Money,
    /// List less net.
    discount: i128,
    /// The expiring line whose value it renews.
    renews: Option<usize>,
}

impl Gains {
    fn clear(&mut self, lines: usize) {
        self.items.clear();
        self.past.clear();
        self.discount = 0;
        self.renewed.clear();
        self.renewed.resize(lines, 0);
    }

    /// True where both add the same, in whatever order their lines were counted.
    pub fn adds_the_same(&self, other: &Gains) -> bool {
        let sorted = |items: &[Item]| {
            let some = items.iter().filter(|item| !item.sums.is_nothing());
            let mut some: Vec<Item> = some.copied().collect();
            some.sort_unstable_by_key(|item| (item.portfolio, item.month));
            some
        };
        sorted(&self.items) == sorted(&other.items)
            && sorted(&self.past) == sorted(&other.past)
            && self.discount == other.discount
            && self.renewed == other.renewed
    }
}

/// What a deal adds when it books, with these offers; without a quote it renews flat for twelve
/// months (N = D).
pub fn gains(case: &Case<'_>, offers: Option<&Offers>, ground: &Ground<'_>, out: &mut Gains) {
    out.clear(offers.map_or(0, |_| case.lines.dues.len()));
    let Some(mut tally) = Tally::of(case, ground, out) else {
        return;
    };
    match offers {
        None => tally.flat(case),
        Some(offers) => tally.quoted(case, offers),
    }
}

/// Brings the gains of a quoted deal up to date after one line of the quote was changed: exactly
/// what [`gains`] makes of the changed quote.
pub fn regain(
    case: &Case<'_>,
    offers: &Offers,
    (old, new): (&Offer, &Offer),
    ground: &Ground<'_>,
    out: &mut Gains,
) {
    let Some(mut tally) = Tally::of(case, ground, out) else {
        return;
    };
    let place = |offer: &Offer| case.lines.find(offer.renews()?).map(|(at, _)| at);
    let (from, to) = (place(old), place(new).filter(|to| place(old) != Some(*to)));
    for at in from.iter().chain(&to) {
        tally.credit_one(case.lines.dues, *at, -1);
    }
    tally.change(case, offers, old, -1);
    tally.change(case, offers, new, 1);
    for at in from.iter().chain(&to) {
        tally.credit_one(case.lines.dues, *at, 1);
    }
}

/// What the lines of a quote without any renewal add, booked today.
pub fn loose_gains(offers: &Offers, ground: &Ground<'_>) -> Vec<Item> {
    let booked = ground.months.position_of(ground.today);
    let mut gains = Gains::default();
    let mut tally = Tally {
        ground,
        gains: &mut gains,
        day: ground.today,
        end: ground.today,
        month: booked.filter(|month| *month > ground.m0),
        past: false,
        credit: None,
    };
    for offer in &offers.lines {
        if let Some((price, portfolio)) = offer.price().zip(offer.portfolio())
            && let Some(money) = tally.home(&price, offers.currency)
        {
            let kind = Kind {
                portfolio,
                marks: offer.marks,
                expansion: true,
            };
            tally.book(&money, kind);
        }
    }
    gains.items
}

/// What renewing at a price so many percent above the flat one adds on top of it. The on-time
/// credit grows only where the pack does not cap it at the value due.
pub fn uplift(case: &Case<'_>, percent: Decimal, ground: &Ground<'_>, out: &mut Gains) {
    out.clear(case.lines.dues.len());
    let deal = case.deal;
    let booking = deal.booking(ground.today);
    let later = |month: &usize| *month > ground.m0;
    let ends = ground.months.position_of(deal.end).filter(later);
    let on_time = !deal.not_due && deal.on_time(booking, ground);
    let mut tally = Tally {
        ground,
        gains: out,
        day: booking,
        end: deal.end,
        month: ground.months.position_of(booking).filter(later),
        past: false,
        credit: ends
            .filter(|_| !ground.pack.otrr.cap_at_due && on_time)
            .map(|month| (month, false)),
    };
    for (at, due) in case.lines.dues.iter().enumerate() {
        let flat = due.units(ground.exchange, booking);
        if let Some(value) = flat.map(|flat| part_of(flat, percent)) {
            tally.renew(at, &due, value);
        }
    }
    tally.credit_all(case.lines.dues);
}

/// A percentage of an amount in minor units, rounded half up.
fn part_of(amount: i128, percent: Decimal) -> i128 {
    let hundred = 100 * 10i128.pow(percent.scale());
    let doubled = amount.saturating_mul(percent.mantissa()).saturating_mul(2);
    doubled.saturating_add(hundred).div_euclid(2 * hundred)
}

/// List less net of a quote without any renewal, in minor units.
pub fn loose_discount(offers: &Offers, ground: &Ground<'_>) -> i128 {
    let prices = offers.lines.iter().filter_map(Offer::price);
    let home = |price: Price| {
        let units = ground
            .exchange
            .home_units(price.discount, offers.currency, ground.today);
        units.unwrap_or_default()
    };
    prices.map(home).sum()
}

/// Run-rate, TCV and ACV in minor units of the projection's currency.
#[derive(Clone, Copy, Debug)]
struct Money {
    run_rate: i128,
    tcv: i128,
    acv: i128,
}

impl Money {
    /// A year at an amount.
    fn flat(value: i128) -> Money {
        Money {
            run_rate: value,
            tcv: value,
            acv: value,
        }
    }

    fn add(&mut self, more: &Money) {
        self.run_rate += more.run_rate;
        self.tcv += more.tcv;
        self.acv += more.acv;
    }

    fn times(self, sign: i128) -> Money {
        Money {
            run_rate: self.run_rate * sign,
            tcv: self.tcv * sign,
            acv: self.acv * sign,
        }
    }
}

struct Tally<'a> {
    ground: &'a Ground<'a>,
    gains: &'a mut Gains,
    /// The day it books.
    day: NaiveDate,
    /// The last covered day.
    end: NaiveDate,
    /// The month it books in, where that counts.
    month: Option<usize>,
    /// It booked up to the baseline.
    past: bool,
    /// Where its on-time credit goes: the month, and whether that is history; none where it is late.
    credit: Option<(usize, bool)>,
}

impl<'a> Tally<'a> {
    /// Where and when a deal counts; `None` where it counts nowhere.
    fn of(case: &Case<'_>, ground: &'a Ground<'a>, gains: &'a mut Gains) -> Option<Tally<'a>> {
        let deal = case.deal;
        let booking = deal.booking(ground.today);
        let booked = ground.months.position_of(booking);
        let ends = ground.months.position_of(deal.end);
        let later = |month: &usize| *month > ground.m0;
        let past = booked.is_some_and(|month| month <= ground.m0);
        let wanted = ground.history && deal.kind == StageKind::Won;
        if past && !wanted && !ends.is_some_and(|month| later(&month)) {
            return None;
        }
        let on_time = !deal.not_due && deal.on_time(booking, ground);
        let credit = ends.filter(|_| on_time).and_then(|month| {
            let counts = later(&month) || booked.as_ref().is_some_and(later);
            (counts || (past && wanted)).then_some((month, !counts))
        });
        Some(Tally {
            ground,
            gains,
            day: booking,
            end: deal.end,
            month: booked.filter(|month| later(month) || wanted),
            past,
            credit,
        })
    }

    fn home(&self, price: &Price, currency: Currency) -> Option<Money> {
        if currency == self.ground.exchange.home() {
            return Some(Money {
                run_rate: price.run_rate.into(),
                tcv: price.tcv.into(),
                acv: price.acv.into(),
            });
        }
        let home = |amount| self.ground.exchange.home_units(amount, currency, self.day);
        Some(Money {
            run_rate: home(price.run_rate)?,
            tcv: home(price.tcv)?,
            acv: home(price.acv)?,
        })
    }

    /// Every line for twelve months at its run-rate. Lines in the projection's own currency are
    /// worth the same on any day, so those of one kind are added up first.
    fn flat(&mut self, case: &Case<'_>) {
        let home = Some(self.ground.exchange.home());
        for due in case.lines.dues.iter() {
            let Some(portfolio) = due.portfolio() else {
                continue;
            };
            let value = match due.currency() == home {
                true => due.value().map(i128::from),
                false => due.units(self.ground.exchange, self.day),
            };
            let Some(value) = value else { continue };
            // renewed at what is due, so no cap cuts it, but where the rates of two days differ
            let credit = match due.currency() == home {
                true => value,
                false => self.capped(&due, value),
            };
            let kind = Kind {
                portfolio,
                marks: due.marks(),
                expansion: false,
            };
            self.collect(kind, &Money::flat(value));
            self.collect_credit(portfolio, credit);
        }
        self.book_collected();
    }

    /// Every line of a quote, then the credit of each expiring line.
    fn quoted(&mut self, case: &Case<'_>, offers: &Offers) {
        // lines of a quote mostly stand in the order of those they renew
        let mut near = 0;
        for offer in &offers.lines {
            let Some(share) = self.share(case, offers, offer, &mut near) else {
                continue;
            };
            self.gains.discount += share.discount;
            if let Some(kind) = share.kind {
                self.collect(kind, &share.money);
            }
            if let Some(renewed) = share.renews.and_then(|at| self.gains.renewed.get_mut(at)) {
                *renewed += share.money.run_rate;
            }
        }
        if self.credit.is_some() {
            for (at, due) in case.lines.dues.iter().enumerate() {
                if let Some((portfolio, credit)) = self.credit_of(at, &due) {
                    self.collect_credit(portfolio, credit);
                }
            }
        }
        self.book_collected();
    }

    fn collect(&mut self, kind: Kind, money: &Money) {
        let known = self
            .gains
            .alike
            .iter_mut()
            .find(|(known, _)| *known == kind);
        match known {
            Some((_, sum)) => sum.add(money),
            None => self.gains.alike.push((kind, *money)),
        }
    }

    fn collect_credit(&mut self, portfolio: usize, credit: i128) {
        let mut known = self.gains.credits.iter_mut();
        match known.find(|(known, _)| *known == portfolio) {
            Some((_, sum)) => *sum += credit,
            None => self.gains.credits.push((portfolio, credit)),
        }
    }

    fn book_collected(&mut self) {
        let mut alike = std::mem::take(&mut self.gains.alike);
        for (kind, money) in alike.drain(..) {
            self.book(&money, kind);
        }
        self.gains.alike = alike;
        let mut credits = std::mem::take(&mut self.gains.credits);
        for (portfolio, credit) in credits.drain(..) {
            self.credit(portfolio, credit);
        }
        self.gains.credits = credits;
    }

    /// An expiring line renewed at a value.
    fn renew(&mut self, at: usize, due: &Due, value: i128) {
        if let Some(renewed) = self.gains.renewed.get_mut(at) {
            *renewed = value;
        }
        if let Some(portfolio) = due.portfolio() {
            let kind = Kind {
                portfolio,
                marks: due.marks(),
                expansion: false,
            };
            self.book(&Money::flat(value), kind);
        }
    }

    /// Counts a line of a quote, or with −1 takes it out.
    fn change(&mut self, case: &Case<'_>, offers: &Offers, offer: &Offer, sign: i128) {
        let Some(share) = self.share(case, offers, offer, &mut 0) else {
            return;
        };
        let money = share.money.times(sign);
        self.gains.discount += share.discount * sign;
        if let Some(kind) = share.kind {
            self.book(&money, kind);
        }
        if let Some(renewed) = share.renews.and_then(|at| self.gains.renewed.get_mut(at)) {
            *renewed += money.run_rate;
        }
    }

    /// What a line of a quote counts in the deal; `None` for one without a price, or of another
    /// deal. `near` is where the line it renews is looked for first, and where it was found.
    fn share(
        &self,
        case: &Case<'_>,
        offers: &Offers,
        offer: &Offer,
        near: &mut usize,
    ) -> Option<Share> {
        let due = offer
            .renews()
            .and_then(|line| case.lines.find_near(line, *near));
        if let Some((at, _)) = due {
            *near = at + 1;
        }
        if !is_ours(offer, due.is_some(), case, offers) {
            return None;
        }
        let price = offer.price()?;
        let money = self.home(&price, offers.currency)?;
        let exchange = self.ground.exchange;
        let discount = exchange.home_units(price.discount, offers.currency, self.day);
        let portfolio = if offer.names_portfolio {
            offer.portfolio()
        } else {
            due.and_then(|(_, due)| due.portfolio())
        };
        let renews = due.filter(|(_, due)| self.counts_as_renewed(due, offer.marks, portfolio));
        Some(Share {
            kind: portfolio.map(|portfolio| Kind {
                portfolio,
                marks: offer.marks,
                expansion: offer.renews().is_none(),
            }),
            money,
            discount: discount.unwrap_or_default(),
            renews: renews.map(|(at, _)| at),
        })
    }

    /// True for an offer that renews the value of its line: a line of the same portfolio again. A
    /// line moved into an EA counts only where the pack says so, in whatever portfolio the EA is.
    fn counts_as_renewed(&self, due: &Due, offer: Marks, portfolio: Option<usize>) -> bool {
        if offer.has(Marks::EA) && !due.marks().has(Marks::EA) {
            return self.ground.pack.otrr.ea_counts;
        }
        portfolio.is_some() && portfolio == due.portfolio()
    }

    /// Adds a booking to the quantities of its portfolio.
    fn book(&mut self, money: &Money, kind: Kind) {
        let Some(month) = self.month else { return };
        let Kind {
            portfolio,
            marks,
            expansion,
        } = kind;
        let pack = self.ground.pack;
        let tcv = money.tcv;
        let subscription = marks.has(Marks::SUBSCRIPTION);
        let in_base = match pack.buying_base {
            BuyingBase::All => true,
            BuyingBase::SubscriptionSoftware => subscription,
        };
        let ea = marks.has(Marks::EA);
        let services = Some(portfolio) == self.ground.names.services();
        let items = if self.past {
            &mut self.gains.past
        } else {
            &mut self.gains.items
        };
        put(items, portfolio, month, |sums| {
            if expansion || pack.growth.renewals_count {
                sums.add(Quantity::Acv, money.acv);
                sums.add(Quantity::Tcv, tcv);
            }
            sums.add(Quantity::PortfolioTcv, tcv);
            if ea {
                sums.add(Quantity::EaTcv, tcv);
            }
            if ea || in_base {
                sums.add(Quantity::BuyingBaseTcv, tcv);
            }
            if services {
                sums.add(Quantity::ServicesTcv, tcv);
            }
            if marks.has(Marks::PREMIUM) {
                sums.add(Quantity::PremiumTcv, tcv);
            }
            if marks.has(Marks::AI) {
                sums.add(Quantity::AiTcv, tcv);
            }
            if subscription && (expansion || pack.engagement.renewal_reenters) {
                sums.add(Quantity::UseCaseTcv, tcv);
            }
        });
    }

    /// On-time credit of every expiring line that is renewed.
    fn credit_all(&mut self, dues: Dues<'_>) {
        for at in 0..dues.len() {
            self.credit_one(dues, at, 1);
        }
    }

    /// On-time credit of one expiring line for what is renewed of it, or with −1 taken back.
    fn credit_one(&mut self, dues: Dues<'_>, at: usize, sign: i128) {
        let credit = dues.get(at).and_then(|due| self.credit_of(at, &due));
        if let Some((portfolio, credit)) = credit {
            self.credit(portfolio, credit * sign);
        }
    }

    /// The portfolio of an expiring line, and the credit for what is renewed of it.
    fn credit_of(&self, at: usize, due: &Due) -> Option<(usize, i128)> {
        let renewed = self.gains.renewed.get(at).copied()?;
        let portfolio = due.portfolio().filter(|_| renewed != 0)?;
        Some((portfolio, self.capped(due, renewed)))
    }

    /// What counts of a renewed value: capped per expiring line at what it is worth (decision 14).
    fn capped(&self, due: &Due, renewed: i128) -> i128 {
        if !self.ground.pack.otrr.cap_at_due {
            return renewed;
        }
        let worth = due.units(self.ground.exchange, self.end);
        renewed.min(worth.unwrap_or_default())
    }

    fn credit(&mut self, portfolio: usize, value: i128) {
        let Some((month, past)) = self.credit.filter(|_| value != 0) else {
            return;
        };
        let items = if past {
            &mut self.gains.past
        } else {
            &mut self.gains.items
        };
        put(items, portfolio, month, |sums| {
            sums.add(Quantity::OnTimeValue, value);
        });
    }
}

/// True for a line of a quote that belongs to a deal: it says so, or renews one of its lines, or
/// renews nothing and the deal is the quote's first.
fn is_ours(offer: &Offer, renews_a_line: bool, case: &Case<'_>, offers: &Offers) -> bool {
    match offer.renewal(offers) {
        Some(renewal) => renewal == case.deal.id,
        None if renews_a_line => true,
        None => offer.renews().is_none() && offers.renewals.first() == Some(&case.deal.id),
    }
}
