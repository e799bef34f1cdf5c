//! Packed rows of a book against a map and a list that keep every row as it came.

use crate::any::{currency, day, decimal, id, optional, text};
use proptest::prelude::*;
use renewdesk::domain::account::{Account, Site};
use renewdesk::domain::activity::Activity;
use renewdesk::domain::contract::{AutoRenew, Contract, ContractKind};
use renewdesk::domain::ids::*;
use renewdesk::domain::line::LineKind;
use renewdesk::domain::packed::{Ending, Pack, Packed};
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::price_rule::PricedBy;
use renewdesk::domain::quote::*;
use renewdesk::domain::renewal::{Renewal, RenewalVersions, Reviewed};
use rust_decimal::Decimal;
use std::fmt::Debug;
use uuid::Uuid;

const PRORATIONS: [Proration; 8] = [
    Proration::Cisco365Noleap,
    Proration::Day365,
    Proration::MonthUp,
    Proration::MonthPlusActual,
    Proration::Month30,
    Proration::MerakiAverage,
    Proration::CalendarMonth(5),
    Proration::CalendarMonth(31),
];

/// What is done with the rows.
#[derive(Clone, Debug)]
enum Step<T> {
    Put(T),
    Remove(Uuid),
}

fn steps<T: Debug + Clone + 'static>(
    row: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Vec<Step<T>>> {
    let step = prop_oneof![
        3 => row.prop_map(Step::Put),
        1 => id().prop_map(Step::Remove),
    ];
    proptest::collection::vec(step, 0..30)
}

/// The rows in a list, as they always were kept: found by looking at each, a removed one's place
/// taken by the last.
fn check<T>(steps: Vec<Step<T>>, key: impl Fn(Uuid) -> T::Key) -> Result<Packed<T>, TestCaseError>
where
    T: Pack + Clone + Debug + PartialEq,
    T::Key: Debug,
{
    let mut list: Vec<T> = Vec::new();
    let mut packed = Packed::<T>::default();
    let mut before = packed.clone();
    let mut was = list.clone();
    for step in steps {
        match step {
            Step::Put(row) => {
                match list.iter_mut().find(|known| known.key() == row.key()) {
                    Some(known) => *known = row.clone(),
                    None => list.push(row.clone()),
                }
                packed.put(row);
            }
            Step::Remove(id) => {
                let at = list.iter().position(|row| row.key() == key(id));
                let gone = at.map(|at| list.swap_remove(at));
                prop_assert_eq!(packed.remove(key(id)), gone);
            }
        }
        prop_assert_eq!(packed.len(), list.len());
        prop_assert!(packed.iter().eq(list.iter().cloned()), "{packed:?}");
        // a copy made before is as it was
        prop_assert!(before.iter().eq(was.iter().cloned()));
        (before, was) = (packed.clone(), list.clone());
    }
    for row in &list {
        prop_assert_eq!(packed.get(row.key()), Some(row.clone()));
        prop_assert!(packed.contains(row.key()));
    }
    prop_assert!(packed.iter().rev().eq(list.iter().rev().cloned()));
    prop_assert_eq!(packed.is_empty(), list.is_empty());
    Ok(packed)
}

fn words() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.to_string())
}

fn account() -> impl Strategy<Value = Account> {
    (id(), text(), optional(words()), optional(words())).prop_map(|(id, name, party, country)| {
        Account {
            id: AccountId(id),
            name,
            party_id: party,
            country,
        }
    })
}

fn site() -> impl Strategy<Value = Site> {
    let texts = (text(), optional(words()), optional(words()));
    (id(), id(), texts).prop_map(|(id, account, (name, city, country))| Site {
        id: SiteId(id),
        account: AccountId(account),
        name,
        city,
        country,
    })
}

fn activity() -> impl Strategy<Value = Activity> {
    let texts = (text(), text(), words());
    (id(), id(), day(), texts).prop_map(|(id, renewal, on, (by, kind, text))| Activity {
        id: ActivityId(id),
        renewal: RenewalId(renewal),
        on,
        by,
        kind,
        text,
    })
}

fn contract() -> impl Strategy<Value = Contract> {
    let kinds = prop_oneof![
        Just(ContractKind::Service),
        Just(ContractKind::Subscription),
        Just(ContractKind::Quote),
    ];
    let texts = (text(), optional(text()), optional(text()), optional(text()));
    let terms = optional((any::<i32>(), any::<i32>()));
    let days = (optional(day()), optional(day()));
    (id(), id(), kinds, texts, days, terms).prop_map(|(id, account, kind, texts, days, terms)| {
        Contract {
            id: ContractId(id),
            account: AccountId(account),
            number: texts.0,
            kind,
            program: texts.1,
            service_level: texts.2,
            status_raw: texts.3,
            start: days.0,
            end: days.1,
            auto_renew: terms.map(|(term_months, notice_days)| AutoRenew {
                term_months,
                notice_days,
            }),
        }
    })
}

fn renewal() -> impl Strategy<Value = Renewal> {
    let days = proptest::collection::vec(optional(day()), 5);
    let shared = proptest::collection::vec(optional(text()), 3);
    let own = proptest::collection::vec(optional(words()), 4);
    let signals = proptest::collection::vec(text(), 0..3);
    let versions = any::<[i64; 4]>();
    let reviewed = optional((day(), words()));
    let head = (id(), id(), day(), optional(currency()), text());
    (head, days, shared, own, signals, versions, reviewed).prop_map(
        |(head, days, shared, own, signals, versions, reviewed)| Renewal {
            id: RenewalId(head.0),
            contract: ContractId(head.1),
            end: head.2,
            currency: head.3,
            stage: head.4,
            stage_on: days[0],
            owner: shared[0].clone(),
            next_step: own[0].clone(),
            next_date: days[1],
            snoozed_until: days[2],
            planned_on: days[3],
            forecast: shared[1].clone(),
            at_risk: own[1].clone(),
            signals,
            po_number: own[2].clone(),
            order_number: own[3].clone(),
            booked_on: days[4],
            loss_reason: shared[2].clone(),
            reviewed: reviewed.map(|(on, reasons)| Reviewed { on, reasons }),
            versions: RenewalVersions {
                stage: versions[0],
                owner: versions[1],
                next: versions[2],
                outlook: versions[3],
            },
        },
    )
}

fn quote_line() -> impl Strategy<Value = QuoteLine> {
    let ids = (id(), any::<u32>(), optional(any::<u32>()), optional(id()));
    let texts = proptest::collection::vec(optional(text()), 6);
    let amounts = (
        decimal(),
        optional(decimal()),
        decimal(),
        decimal(),
        decimal(),
    );
    let days = (day(), day(), optional(day()));
    let sorts = (
        0..4usize,
        0..PRORATIONS.len(),
        0..3u8,
        0..4u8,
        any::<bool>(),
    );
    let marks = proptest::array::uniform3(any::<Option<bool>>());
    let rule = optional(text().prop_map(PricedBy::of_text));
    let last = (rule, any::<Option<u32>>());
    (ids, texts, amounts, days, sorts, marks, last).prop_map(
        |(ids, texts, amounts, days, sorts, marks, last)| QuoteLine {
            id: QuoteLineId(ids.0),
            number: ids.1,
            renews: ids.2.map(LineId),
            renewal: ids.3.map(RenewalId),
            kind: [
                LineKind::Service,
                LineKind::Subscription,
                LineKind::Asset,
                LineKind::Wrapper,
            ][sorts.0],
            serial: texts[0].clone(),
            pid: texts[1].clone(),
            description: texts[2].clone(),
            service_sku: texts[3].clone(),
            service_level: texts[4].clone(),
            quantity: amounts.0,
            unit_list: amounts.1,
            list_years: amounts.2,
            start: days.0,
            end: days.1,
            buy: match sorts.2 {
                0 => BuyDriver::DiscountPct(amounts.3),
                1 => BuyDriver::UnitNet(amounts.3),
                _ => BuyDriver::ExtendedNet(amounts.3),
            },
            sell: match sorts.3 {
                0 => SellDriver::MarginPct(amounts.4),
                1 => SellDriver::MarkupPct(amounts.4),
                2 => SellDriver::UnitSell(amounts.4),
                _ => SellDriver::ExtendedSell(amounts.4),
            },
            proration: PRORATIONS[sorts.1],
            ldos: days.2,
            cut_at_ldos: sorts.4,
            portfolio: texts[5].clone().map(Portfolio),
            premium: marks[0],
            ea: marks[1],
            ai: marks[2],
            rule: last.0,
            licence_days: last.1,
        },
    )
}

fn quote() -> impl Strategy<Value = Quote> {
    let ids = (id(), id(), proptest::collection::vec(id(), 0..4));
    let days = (day(), optional(day()), optional(day()));
    let lines = proptest::collection::vec(quote_line(), 0..5);
    let head = (text(), currency(), any::<u32>(), any::<bool>());
    (ids, days, lines, head).prop_map(|(ids, days, lines, head)| Quote {
        id: QuoteId(ids.0),
        number: head.0,
        account: AccountId(ids.1),
        renewals: ids.2.into_iter().map(RenewalId).collect(),
        currency: head.1,
        version: head.2,
        status: match head.3 {
            true => QuoteStatus::Sent,
            false => QuoteStatus::Draft,
        },
        created_on: days.0,
        valid_until: days.1,
        sent_on: days.2,
        lines,
    })
}

/// The decimals of a quote to the last digit: equal numbers may be written differently.
fn exact(quote: &Quote) -> Vec<[u8; 16]> {
    let of = |line: &QuoteLine| {
        let (BuyDriver::DiscountPct(buy) | BuyDriver::UnitNet(buy) | BuyDriver::ExtendedNet(buy)) =
            line.buy;
        let (SellDriver::MarginPct(sell)
        | SellDriver::MarkupPct(sell)
        | SellDriver::UnitSell(sell)
        | SellDriver::ExtendedSell(sell)) = line.sell;
        let list = line.unit_list.unwrap_or(Decimal::ZERO);
        [line.quantity, line.list_years, list, buy, sell]
    };
    let all = quote.lines.iter().flat_map(of);
    all.map(|value| value.serialize()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn packed_customers_are_the_customers(steps in steps(account())) {
        check(steps, AccountId)?;
    }

    #[test]
    fn packed_places_are_the_places(steps in steps(site())) {
        check(steps, SiteId)?;
    }

    #[test]
    fn packed_activities_are_the_activities(steps in steps(activity())) {
        check(steps, ActivityId)?;
    }

    #[test]
    fn packed_contracts_are_the_contracts(steps in steps(contract())) {
        check(steps, ContractId)?;
    }

    #[test]
    fn packed_renewals_are_the_renewals_and_so_is_what_they_end(steps in steps(renewal())) {
        let packed = check(steps, RenewalId)?;
        let whole: Vec<Ending> = packed.iter().map(|renewal| Ending::from(&renewal)).collect();
        prop_assert_eq!(packed.endings().collect::<Vec<_>>(), whole);
    }

    #[test]
    fn packed_quotes_are_the_quotes_and_so_are_their_heads(steps in steps(quote())) {
        let puts: Vec<Quote> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Put(quote) => Some(quote.clone()),
                Step::Remove(_) => None,
            })
            .collect();
        let packed = check(steps, QuoteId)?;
        for (quote, head) in packed.iter().zip(packed.heads()) {
            prop_assert_eq!((head.id, &head.number), (quote.id, &quote.number));
            prop_assert_eq!((head.account, head.currency), (quote.account, quote.currency));
            prop_assert_eq!((head.status, head.created_on), (quote.status, quote.created_on));
            prop_assert_eq!((&head.renewals, head.lines), (&quote.renewals, quote.lines.len()));
            prop_assert_eq!(packed.head(quote.id), Some(head.clone()));
            let of_customer: Vec<_> = packed.heads_of(quote.account).collect();
            let own = packed.heads().filter(|head| head.account == quote.account);
            prop_assert_eq!(of_customer, own.collect::<Vec<_>>());
            let put = puts.iter().rfind(|put| put.id == quote.id).unwrap();
            prop_assert_eq!(exact(put), exact(&quote));
        }
    }
}

#[test]
fn rows_that_are_written_over_and_over_do_not_pile_up() {
    let mut packed = Packed::<Account>::default();
    let row = |id: u128, letter: &str| Account {
        id: AccountId(Uuid::from_u128(id)),
        name: letter.repeat(20_000).into(),
        party_id: None,
        country: None,
    };
    for round in 0..1_000 {
        packed.put(row(round % 3, ["a", "b"][(round % 2) as usize]));
    }
    assert_eq!(packed.len(), 3);
    assert!(packed.bytes() < 4 << 20, "{} bytes", packed.bytes());
    assert_eq!(packed.get(AccountId(Uuid::from_u128(0))), Some(row(0, "b")));
}
