//! From words to conditions.

use super::words::{FilterError, Word, clauses, joined, number};
use super::{Clause, DateField, Filter, Measure, Point, Relation, Test, Text, When};
use crate::book::fold::fold;
use crate::book::{Clock, ContractStatus};
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::{RiskLevel, Rules};
use chrono::NaiveDate;

/// Words that are a condition by themselves.
const FLAGS: [&str; 12] = [
    "open",
    "closed",
    "mine",
    "overdue",
    "lapsed",
    "flagged",
    "reviewed",
    "snoozed",
    "unassigned",
    "pivotal",
    "shared",
    "spare",
];

/// Fields and their other names.
const FIELDS: [(&str, Field); 33] = [
    ("owner", Field::Owner),
    ("rep", Field::Owner),
    ("customer", Field::Customer),
    ("account", Field::Customer),
    ("contract", Field::Contract),
    ("subscription", Field::Contract),
    ("what", Field::What),
    ("level", Field::What),
    ("serial", Field::Gear),
    ("product", Field::Gear),
    ("step", Field::NextStep),
    ("stage", Field::Stage),
    ("portfolio", Field::Portfolio),
    ("status", Field::Status),
    ("risk", Field::Risk),
    ("currency", Field::Currency),
    ("quote", Field::Quote),
    ("atr", Field::Atr),
    ("value", Field::Atr),
    ("amount", Field::Atr),
    ("win", Field::Win),
    ("pvi", Field::AtStake),
    ("lines", Field::Lines),
    ("days", Field::Days),
    ("end", Field::Date(DateField::Clock(Clock::ContractEnd))),
    ("ends", Field::Date(DateField::Clock(Clock::ContractEnd))),
    ("renew", Field::Date(DateField::Clock(Clock::LastRenewal))),
    ("attach", Field::Date(DateField::Clock(Clock::LastAttach))),
    ("ldos", Field::Date(DateField::Clock(Clock::Ldos))),
    (
        "validity",
        Field::Date(DateField::Clock(Clock::QuoteValidity)),
    ),
    ("cancel", Field::Date(DateField::Clock(Clock::CancelBy))),
    ("due", Field::Date(DateField::Leading)),
    ("next", Field::Date(DateField::Next)),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Owner,
    Customer,
    Contract,
    What,
    Gear,
    NextStep,
    Stage,
    Portfolio,
    Status,
    Risk,
    Currency,
    Quote,
    Atr,
    Win,
    AtStake,
    Lines,
    Days,
    Date(DateField),
}

/// How a field and a value are joined, after `is not` and `!=` have become a negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    Relation(Relation),
    Contains,
    Within,
}

/// What a filter is read with.
struct Reader<'a> {
    me: &'a str,
    rules: Option<&'a Rules>,
}

pub(super) fn filter(text: &str, me: &str, rules: Option<&Rules>) -> Result<Filter, FilterError> {
    let reader = Reader { me, rules };
    let read = clauses(text)?
        .iter()
        .map(|clause| reader.clause(clause))
        .collect::<Result<_, _>>()?;
    Ok(Filter {
        words: text.trim().to_string(),
        clauses: read,
    })
}

impl Reader<'_> {
    fn clause(&self, words: &[Word]) -> Result<Clause, FilterError> {
        let (not, words) = match words {
            [first, rest @ ..] if first.is("not") => (true, rest),
            words => (false, words),
        };
        if let [no, name] = words
            && no.is("no")
        {
            let nothing = ["=", "none"].map(|text| Word {
                text: text.into(),
                quoted: false,
            });
            let [equal, none] = nothing;
            return self.clause_of(not, &[name.clone(), equal, none]);
        }
        self.clause_of(not, words)
    }

    fn clause_of(&self, not: bool, words: &[Word]) -> Result<Clause, FilterError> {
        let Some((first, rest)) = words.split_first() else {
            return Err(FilterError::new(
                "not",
                "stands alone; say what is not wanted",
            ));
        };
        if rest.is_empty() {
            let (test, flips) = self.flag(first)?;
            return Ok(Clause {
                not: not != flips,
                test,
            });
        }
        let field = field(first)?;
        let (join, flips, value) = join(first, rest)?;
        Ok(Clause {
            not: not != flips,
            test: self.test(field, join, value, first)?,
        })
    }

    /// A condition of one word, and whether it is meant the other way round.
    fn flag(&self, word: &Word) -> Result<(Test, bool), FilterError> {
        let name = word.text.to_lowercase();
        Ok(match name.as_str() {
            "open" => (Test::Open, false),
            "closed" => (Test::Open, true),
            "mine" => (Test::Owner(Text::Is(fold(self.me).into_owned())), false),
            "unassigned" => (Test::Owner(Text::Missing), false),
            "overdue" => (Test::Overdue, false),
            "lapsed" => (Test::Lapsed, false),
            "flagged" => (Test::Flagged, false),
            "reviewed" => (Test::Reviewed, false),
            "snoozed" => (Test::Snoozed, false),
            "pivotal" => (Test::Mark("pivotal"), false),
            "shared" => (Test::Mark("shared"), false),
            "spare" => (Test::Mark("spare"), false),
            _ if FIELDS.iter().any(|(field, _)| *field == name) => {
                return Err(FilterError::new(
                    &word.text,
                    "needs a comparison and a value, e.g. `= none`",
                ));
            }
            _ => return Err(unknown(word)),
        })
    }

    fn test(
        &self,
        field: Field,
        join: Join,
        value: &[Word],
        name: &Word,
    ) -> Result<Test, FilterError> {
        Ok(match field {
            Field::Owner => Test::Owner(self.owner(join, value, name)?),
            Field::Customer => Test::Customer(plain(join, value, name)?),
            Field::Contract => Test::Contract(plain(join, value, name)?),
            Field::What => Test::What(plain(join, value, name)?),
            Field::NextStep => Test::NextStep(plain(join, value, name)?),
            Field::Quote => Test::Quote(plain(join, value, name)?),
            Field::Stage => Test::Stage(self.stages(join, value, name)?),
            Field::Gear => Test::Gear(plain(join, value, name)?),
            Field::Portfolio => portfolio(join, value, name)?,
            Field::Status => Test::Status(one_of(join, value, name, &STATUSES)?),
            Field::Risk => Test::Risk(relation(join, name)?, level(value)?),
            Field::Currency => Test::Currency(currency(join, value, name)?),
            Field::Atr => Test::Atr(measure(join, value, name)?),
            Field::AtStake => Test::AtStake(measure(join, value, name)?),
            Field::Win => Test::Win(relation(join, name)?, number(value)?),
            Field::Lines => Test::Lines(relation(join, name)?, number(value)?),
            Field::Days => Test::Days(relation(join, name)?, number(value)?),
            Field::Date(field) => Test::Date(field, when(join, value, name)?),
        })
    }

    fn owner(&self, join: Join, value: &[Word], name: &Word) -> Result<Text, FilterError> {
        match value {
            [word] if word.is("me") => {
                equality(join, name)?;
                Ok(Text::Is(fold(self.me).into_owned()))
            }
            [word] if word.is("nobody") => Ok(Text::Missing),
            value => plain(join, value, name),
        }
    }

    fn stages(&self, join: Join, value: &[Word], name: &Word) -> Result<Vec<String>, FilterError> {
        equality(join, name)?;
        let key = |text: &str| -> String {
            text.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        value
            .split(|word| word.is("or"))
            .map(|alternative| {
                let text = joined(alternative);
                match self.rules {
                    None => Ok(key(&text)),
                    Some(rules) => match rules.stage_named(&text) {
                        Some(stage) => Ok(key(&stage.id)),
                        None => Err(FilterError::new(&text, "is no stage")
                            .among(rules.stages.iter().map(|stage| stage.title.as_str()))),
                    },
                }
            })
            .collect()
    }
}

const STATUSES: [(&str, ContractStatus); 9] = [
    ("active", ContractStatus::Active),
    ("window", ContractStatus::Window),
    ("due", ContractStatus::Due),
    ("overdue", ContractStatus::Overdue),
    ("lapsed", ContractStatus::Lapsed),
    ("renewed", ContractStatus::Renewed),
    ("lost", ContractStatus::Lost),
    ("moved", ContractStatus::Moved),
    ("not renewable", ContractStatus::NotRenewable),
];

const LEVELS: [(&str, RiskLevel); 5] = [
    ("on track", RiskLevel::OnTrack),
    ("ok", RiskLevel::OnTrack),
    ("watch", RiskLevel::Watch),
    ("at risk", RiskLevel::AtRisk),
    ("critical", RiskLevel::Critical),
];

fn unknown(word: &Word) -> FilterError {
    FilterError::new(&word.text, "is no word of a filter")
        .among(FIELDS.iter().map(|(field, _)| *field).chain(FLAGS))
}

fn field(word: &Word) -> Result<Field, FilterError> {
    FIELDS
        .iter()
        .find(|(name, _)| word.is(name))
        .map(|(_, field)| *field)
        .ok_or_else(|| unknown(word))
}

/// Splits what follows the field into how it is joined, whether that negates, and the value.
fn join<'a>(field: &Word, rest: &'a [Word]) -> Result<(Join, bool, &'a [Word]), FilterError> {
    const WORDS: [&str; 11] = [
        "=", "!=", "<", "<=", ">", ">=", "is", "contains", "within", "before", "after",
    ];
    let Some((first, mut value)) = rest.split_first() else {
        return Err(FilterError::new(
            &field.text,
            "needs a comparison and a value",
        ));
    };
    let equal = Join::Relation(Relation::Equal);
    let (join, not) = match first.text.to_lowercase().as_str() {
        "=" | "==" | "on" => (equal, false),
        "!=" | "≠" => (equal, true),
        "is" => match value {
            [word, rest @ ..] if word.is("not") => {
                value = rest;
                (equal, true)
            }
            _ => (equal, false),
        },
        "<" | "before" | "below" | "under" => (Join::Relation(Relation::Less), false),
        "<=" | "≤" => (Join::Relation(Relation::LessOrEqual), false),
        ">" | "after" | "above" | "over" => (Join::Relation(Relation::Greater), false),
        ">=" | "≥" => (Join::Relation(Relation::GreaterOrEqual), false),
        "contains" | "has" => (Join::Contains, false),
        "within" | "in" => (Join::Within, false),
        _ => {
            let wrong = FilterError::new(&first.text, "is no comparison").among(WORDS);
            if wrong.nearest.is_some() {
                return Err(wrong);
            }
            // `stage quoted`: a field and a value with nothing between means that it is that
            value = rest;
            (equal, false)
        }
    };
    if value.is_empty() {
        return Err(FilterError::new(&first.text, "needs a value after it"));
    }
    Ok((join, not, value))
}

/// A portfolio by a name it is known under, or by a part of one with `contains`.
fn portfolio(join: Join, value: &[Word], name: &Word) -> Result<Test, FilterError> {
    let wanted = plain(join, value, name)?;
    let text = joined(value);
    let named = Portfolio::named(&text);
    let known = |p: &Portfolio| Portfolio::titles().any(|title| title == p.title());
    if matches!(wanted, Text::Is(_)) && !named.as_ref().is_some_and(known) {
        return Err(FilterError::new(&text, "is no portfolio").among(Portfolio::titles()));
    }
    Ok(Test::Portfolio(wanted, named))
}

/// `none` is true (missing), `any` is false (present), other values are neither.
fn missing(value: &[Word]) -> Option<bool> {
    match value {
        [word] if word.is("none") || word.is("unknown") => Some(true),
        [word] if word.is("any") => Some(false),
        _ => None,
    }
}

fn equality(join: Join, field: &Word) -> Result<(), FilterError> {
    match join {
        Join::Relation(Relation::Equal) => Ok(()),
        _ => Err(FilterError::new(
            &field.text,
            "can only be compared with = and !=",
        )),
    }
}

fn relation(join: Join, field: &Word) -> Result<Relation, FilterError> {
    match join {
        Join::Relation(relation) => Ok(relation),
        _ => Err(FilterError::new(
            &field.text,
            "is compared with =, <, <=, > or >=",
        )),
    }
}

/// A number, or whether there is one.
fn measure(join: Join, value: &[Word], name: &Word) -> Result<Measure, FilterError> {
    Ok(match missing(value) {
        Some(missing) => equality(join, name).map(|()| match missing {
            true => Measure::Missing,
            false => Measure::Present,
        })?,
        None => Measure::Is(relation(join, name)?, number(value)?),
    })
}

fn plain(join: Join, value: &[Word], field: &Word) -> Result<Text, FilterError> {
    let text = fold(joined(value).trim()).into_owned();
    match (join, missing(value)) {
        (Join::Relation(Relation::Equal), Some(true)) => Ok(Text::Missing),
        (Join::Relation(Relation::Equal), Some(false)) => Ok(Text::Present),
        (Join::Relation(Relation::Equal), None) => Ok(Text::Is(text)),
        (Join::Contains, _) => Ok(Text::Contains(text)),
        _ => Err(FilterError::new(
            &field.text,
            "is a text: use =, != or contains",
        )),
    }
}

fn one_of<T: Copy>(
    join: Join,
    value: &[Word],
    field: &Word,
    valid: &[(&'static str, T)],
) -> Result<T, FilterError> {
    equality(join, field)?;
    named(value, valid)
}

fn named<T: Copy>(value: &[Word], valid: &[(&'static str, T)]) -> Result<T, FilterError> {
    let text = joined(value).to_lowercase().replace(['_', '-'], " ");
    valid
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            FilterError::new(&joined(value), "is not one of the words it can be")
                .among(valid.iter().map(|(name, _)| *name))
        })
}

fn level(value: &[Word]) -> Result<RiskLevel, FilterError> {
    named(value, &LEVELS)
}

fn currency(
    join: Join,
    value: &[Word],
    field: &Word,
) -> Result<Option<crate::domain::money::Currency>, FilterError> {
    equality(join, field)?;
    if missing(value) == Some(true) {
        return Ok(None);
    }
    let text = joined(value);
    text.parse()
        .map(Some)
        .map_err(|_| FilterError::new(&text, "is no currency code of three letters"))
}

fn when(join: Join, value: &[Word], field: &Word) -> Result<When, FilterError> {
    if let Some(missing) = missing(value) {
        equality(join, field)?;
        return Ok(if missing {
            When::Missing
        } else {
            When::Present
        });
    }
    match join {
        Join::Within => span(value).map(When::Within).ok_or_else(|| {
            FilterError::new(
                &joined(value),
                "is no number of days; write 30 days or 4 weeks",
            )
        }),
        Join::Relation(relation) => point(value)
            .map(|point| When::Compared(relation, point))
            .ok_or_else(|| {
                FilterError::new(
                    &joined(value),
                    "is no day; write 2027-06-30, today, +30d or 30 days",
                )
            }),
        Join::Contains => Err(FilterError::new(
            &field.text,
            "is a date: use within, before, after or =",
        )),
    }
}

/// `30 days`, `30d`, `4 weeks`, `30`: days; weeks count seven, months thirty.
fn span(value: &[Word]) -> Option<i64> {
    let text = joined(value).to_lowercase();
    let text = text.trim().trim_start_matches('+');
    let cut = text
        .find(|c: char| !c.is_ascii_digit() && c != '-')
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(cut)?;
    let factor = match unit.trim() {
        "" | "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        "m" | "month" | "months" => 30,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(factor)
}

fn point(value: &[Word]) -> Option<Point> {
    let text = joined(value);
    match text.to_lowercase().as_str() {
        "today" => return Some(Point::FromToday(0)),
        "tomorrow" => return Some(Point::FromToday(1)),
        "yesterday" => return Some(Point::FromToday(-1)),
        _ => {}
    }
    match NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
        Ok(day) => Some(Point::Day(day)),
        Err(_) => span(value).map(Point::FromToday),
    }
}
