//! Random assessments.

use super::Throw;
use crate::book::id;
use crate::oracle::bands;
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::ids::BaselineId;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::Pack;
use rust_decimal::Decimal;

impl Throw {
    pub(super) fn sheet(&mut self, pack: &Pack) {
        let month = self.calendar.0[self.base].0.clone();
        let older = self.calendar.0[self.base - 1].0.clone();
        let held = [
            ("Services", 95),
            ("Networking", 75),
            ("Security", 40),
            ("Collaboration", 30),
            ("Cloud & AI Infrastructure", 60),
            ("Splunk", 15),
        ];
        for (portfolio, percent) in held {
            if !self.dice.chance(percent) {
                continue;
            }
            let weighed = self.dice.below(3);
            let names = [
                "Customer Success",
                "Black Belt Points",
                "Career Certification",
                "ACV Growth %",
                "TCV Growth %",
                "Prem Svcs Penetration",
                "Buying Program Penetration",
                "On-Time Renewal Rate",
                "Onboard",
                "Adoption Rate",
                "AI Penetration",
                "Managed Services Penetration",
                "Something New",
            ];
            let mut rows = Vec::new();
            for name in names {
                if self.dice.chance(25) {
                    continue;
                }
                rows.push(self.row(portfolio, name, &month, weighed));
                if self.dice.chance(5) {
                    let row = self.row(portfolio, name, &older, weighed);
                    self.book.baseline.put(row);
                }
            }
            if weighed == 2 {
                self.in_fractions(&mut rows);
            }
            for mut row in rows {
                if self.dice.chance(50) {
                    bands::by_the_book(pack, &mut row);
                }
                self.book.baseline.put(row);
            }
        }
    }

    /// Weights as fractions of one that sum to one.
    fn in_fractions(&mut self, rows: &mut [BaselineRow]) {
        let mut left = 1_000;
        let last = rows.len().saturating_sub(1);
        for (at, row) in rows.iter_mut().enumerate() {
            let part = if at == last {
                left
            } else {
                self.dice.span(0, left / 3)
            };
            left -= part;
            row.category_weight_pct = Some(Decimal::ONE);
            row.measurement_weight_pct = Some(Decimal::new(part, 3));
        }
    }

    fn row(&mut self, portfolio: &str, name: &str, month: &str, weighed: u64) -> BaselineRow {
        let at = self.number();
        let points = matches!(name, "Customer Success" | "Black Belt Points");
        let most = *self.dice.one(&[2_000, 60_000, 300_000, 900_000, 900_000]);
        let near = if name.contains("Growth") {
            (950, 1_250)
        } else {
            (0, 700)
        };
        let money = |throw: &mut Throw| match throw.dice.below(12) {
            0 => None,
            1 => Some(Decimal::ZERO),
            2 => Some(Decimal::from(
                *throw.dice.one(&[10_000, 25_000, 50_000, 100_000]),
            )),
            _ => Some(throw.money(most)),
        };
        let b = money(self);
        let a = match (self.dice.below(3), b) {
            (0, _) | (_, None) => money(self),
            (_, Some(b)) => {
                let percent = Decimal::new(self.dice.span(near.0, near.1), 1);
                Some((b * percent / Decimal::ONE_HUNDRED).round_dp(2))
            }
        };
        let weight = |throw: &mut Throw| match weighed {
            0 => None,
            _ => Some(Decimal::from(throw.dice.span(5, 50))),
        };
        let index = match self.dice.below(12) {
            0 => Some(Decimal::new(self.dice.span(0, 100), 1)),
            1 => None,
            _ => Some(Decimal::from(self.dice.span(0, 10))),
        };
        let achieved = self.dice.chance(5);
        let (category, measurement) = (weight(self), weight(self));
        BaselineRow {
            id: BaselineId(id(1, at)),
            reseller: None,
            be_id: None,
            portfolio: Portfolio::named(portfolio).unwrap(),
            category: None,
            category_weight_pct: category,
            measurement: name.into(),
            metric: None,
            measurement_weight_pct: measurement,
            month: month.into(),
            achieved: None,
            achieved_index: index.filter(|_| achieved),
            applied_index: index.filter(|_| !achieved),
            a: if points {
                Some(Decimal::from(self.dice.below(4)))
            } else {
                a
            },
            b: if points { None } else { b },
            c: None,
            counts: [None; 3],
            batch: None,
            row: Some(at as u32),
            typed: None,
        }
    }
}
