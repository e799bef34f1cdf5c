//! Price rules: which one prices a line, what it makes of it, what is typed since, and how one is read.

use crate::fixture::*;
use chrono::NaiveDate;
use proptest::prelude::*;
use renewdesk::domain::ids::{AccountId, QuoteId};
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::price_rule::{PriceRule, PriceRules, SellRule, Tier};
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::pricing::edit::{Field, apply};
use renewdesk::pricing::hold::Hold;
use renewdesk::pricing::price_line;
use renewdesk::pricing::price_rules::{
    Asked, Sides, Source, first, like, price_new, priced, reprice, sources, told,
};
use renewdesk::pricing::rule_text::{read, read_line};
use uuid::Uuid;

const ACME: AccountId = AccountId(Uuid::from_u128(10));
const OTHER: AccountId = AccountId(Uuid::from_u128(11));

fn asked(supplier: Option<&str>) -> Asked<'_> {
    Asked {
        account: ACME,
        supplier,
        today: today(),
    }
}

fn rule(name: &str, discount: i64) -> PriceRule {
    PriceRule {
        name: name.into(),
        discount_pct: Some(discount.into()),
        ..PriceRule::default()
    }
}

fn rules(list: Vec<PriceRule>) -> PriceRules {
    PriceRules {
        supplier: None,
        rules: list,
    }
}

fn line() -> QuoteLine {
    QuoteLine {
        portfolio: Some(Portfolio::services()),
        ..quote_line("1000", "2027-01-01", "2027-12-31")
    }
}

fn quote(lines: Vec<QuoteLine>) -> Quote {
    Quote {
        id: QuoteId(Uuid::from_u128(3)),
        number: "Q-1001".into(),
        account: ACME,
        renewals: Vec::new(),
        currency: usd(),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: today(),
        valid_until: None,
        sent_on: None,
        lines,
    }
}

fn named<'r>(rules: &'r PriceRules, line: &QuoteLine, asked: Asked<'_>) -> Option<&'r str> {
    first(rules, line, asked).map(|rule| &*rule.name)
}

fn at(line: &QuoteLine, rule: &PriceRule, sides: Sides, hold: Hold) -> Option<QuoteLine> {
    priced(
        line,
        rule,
        sides,
        hold,
        (usd(), today(), &crate::fixture::rules()),
    )
}

#[test]
fn supplier_comes_before_account_before_global_and_the_first_of_a_tier_wins() {
    let supplier = |name: &str| PriceRule {
        supplier: Some("Ingram Micro".into()),
        ..rule(name, 1)
    };
    let account = |name: &str, account| PriceRule {
        account: Some(account),
        ..rule(name, 2)
    };
    let book = rules(vec![
        rule("house", 3),
        rule("house too", 4),
        account("of another", OTHER),
        account("acme", ACME),
        supplier("ingram"),
        supplier("ingram too"),
    ]);
    assert_eq!(
        named(&book, &line(), asked(Some("INGRAM micro "))),
        Some("ingram")
    );
    assert_eq!(named(&book, &line(), asked(Some("Arrow"))), Some("acme"));
    assert_eq!(named(&book, &line(), asked(None)), Some("acme"));
    let other = Asked {
        account: AccountId(Uuid::from_u128(12)),
        ..asked(None)
    };
    assert_eq!(named(&book, &line(), other), Some("house"));
    // one that names both belongs to the supplier's, and both must hold
    let both = PriceRule {
        account: Some(OTHER),
        ..supplier("both")
    };
    assert_eq!(both.tier(), Tier::Supplier);
    assert_eq!(
        named(&rules(vec![both]), &line(), asked(Some("Ingram Micro"))),
        None
    );
}

#[test]
fn every_condition_must_hold_and_what_a_line_does_not_say_matches_none() {
    let one = |change: &dyn Fn(&mut PriceRule)| {
        let mut rule = rule("r", 1);
        change(&mut rule);
        named(&rules(vec![rule]), &line(), asked(None)).is_some()
    };
    let product = |pattern: &str| one(&|rule| rule.product = Some(pattern.into()));
    assert!(product("c9300*"), "the product id");
    assert!(product("CON-SNT-*"), "or the service SKU");
    assert!(!product("C9200*"));
    assert!(one(&|rule| rule.level = Some("8x5x*".into())));
    assert!(!one(&|rule| rule.level = Some("24x7x4".into())));
    assert!(one(&|rule| rule.portfolio = Portfolio::named("services")));
    assert!(!one(&|rule| rule.portfolio = Portfolio::named("security")));
    let day = |by: i64| today() + chrono::Duration::days(by);
    for (from, until, holds) in [(0, 0, true), (-1, 1, true), (1, 2, false), (-2, -1, false)] {
        let dated = one(&|rule| (rule.from, rule.until) = (Some(day(from)), Some(day(until))));
        assert_eq!(dated, holds, "{from} to {until}");
    }
    let bare = QuoteLine {
        pid: None,
        service_sku: None,
        service_level: None,
        portfolio: None,
        ..line()
    };
    let any = PriceRule {
        product: Some("*".into()),
        ..rule("r", 1)
    };
    assert_eq!(named(&rules(vec![any]), &bare, asked(None)), None);
}

#[test]
fn a_rule_prices_both_sides_and_is_named() {
    let full = PriceRule {
        sell: Some(SellRule::MarginPct(d("20"))),
        ..rule("Ingram SNT", 40)
    };
    let made = at(&line(), &full, Sides::BOTH, Hold::Typed).unwrap();
    let figures = price_line(&made, usd(), &crate::fixture::rules());
    assert_eq!(figures.unit_net, Some(d("600.00")));
    assert_eq!(figures.unit_sell, Some(d("750.00")));
    assert_eq!(sources(&made), (Source::Rule, Source::Rule));
    assert_eq!(
        told(&made).unwrap(),
        "price rule Ingram SNT (global): cost 40 % off list; sell margin 20 %"
    );
    let markup = PriceRule {
        discount_pct: None,
        sell: Some(SellRule::MarkupPct(d("25"))),
        ..rule("m", 0)
    };
    let made = at(&line(), &markup, Sides::BOTH, Hold::Typed).unwrap();
    assert_eq!(
        made.buy,
        line().buy,
        "a rule without a discount leaves the cost"
    );
    assert_eq!(sources(&made), (Source::Apart, Source::Rule));
}

#[test]
fn a_price_typed_afterwards_is_not_the_rules() {
    let full = PriceRule {
        sell: Some(SellRule::MarginPct(d("20"))),
        ..rule("r", 40)
    };
    let made = at(&line(), &full, Sides::BOTH, Hold::Typed).unwrap();
    let pack = crate::fixture::rules();
    let typed = apply(&made, Field::DiscountPct, "35", today(), &pack).unwrap();
    assert_eq!(sources(&typed), (Source::Typed, Source::Rule));
    assert_eq!(
        told(&typed).unwrap(),
        "price rule r (global): cost typed, rule said 40 % off list; sell margin 20 %"
    );
    let sold = apply(&typed, Field::UnitSell, "900", today(), &pack).unwrap();
    assert_eq!(sources(&sold), (Source::Typed, Source::Typed));
    // a longer term or more units are still at the rule's price
    let longer = apply(&made, Field::End, "2028-12-31", today(), &pack).unwrap();
    assert_eq!(sources(&longer), (Source::Rule, Source::Rule));
}

#[test]
fn a_discount_needs_a_list_price_and_never_takes_a_known_net_away() {
    let net_only = QuoteLine {
        unit_list: None,
        buy: BuyDriver::UnitNet(d("500")),
        ..line()
    };
    assert_eq!(
        at(&net_only, &rule("r", 40), Sides::BOTH, Hold::Typed),
        None
    );
    let full = PriceRule {
        sell: Some(SellRule::MarginPct(d("20"))),
        ..rule("r", 40)
    };
    let made = at(&net_only, &full, Sides::BOTH, Hold::Typed).unwrap();
    assert_eq!(made.buy, net_only.buy);
    assert_eq!(made.sell, SellDriver::MarginPct(d("20")));
    let found = reprice(
        &quote(vec![net_only]),
        |_| true,
        &rules(vec![rule("r", 40)]),
        (asked(None), Hold::Typed),
        &crate::fixture::rules(),
    );
    assert_eq!(found.unable, vec![(1, "r".into())]);
}

#[test]
fn with_the_customers_price_held_only_the_cost_moves() {
    let full = PriceRule {
        sell: Some(SellRule::MarginPct(d("20"))),
        ..rule("r", 40)
    };
    let made = at(&line(), &full, Sides::BOTH, Hold::Sell).unwrap();
    let pack = crate::fixture::rules();
    let (before, after) = (
        price_line(&line(), usd(), &pack),
        price_line(&made, usd(), &pack),
    );
    assert_eq!(after.extended_net, Some(d("600.00")));
    assert_eq!(after.extended_sell, before.extended_sell);
    assert_eq!(sources(&made), (Source::Rule, Source::Apart));
}

#[test]
fn an_uplift_that_was_asked_for_stands_on_the_cost() {
    let full = PriceRule {
        sell: Some(SellRule::MarginPct(d("20"))),
        ..rule("r", 40)
    };
    let raised = QuoteLine {
        buy: BuyDriver::DiscountPct(d("-5")),
        ..line()
    };
    let mut lines = [raised.clone()];
    let sides = Sides {
        buy: false,
        sell: true,
    };
    let on = (usd(), today(), &crate::fixture::rules());
    price_new(&mut lines, &rules(vec![full]), asked(None), sides, on);
    assert_eq!(lines[0].buy, raised.buy);
    assert_eq!(lines[0].sell, SellDriver::MarginPct(d("20")));
    assert_eq!(sources(&lines[0]), (Source::Apart, Source::Rule));
}

#[test]
fn patterns_are_whole_texts_and_none_is_slow() {
    for (pattern, text, fits) in [
        ("CON-SNT*", "con-sntp-c93002te", true),
        ("CON-SNT*", "CON-ECMU-X", false),
        ("*SNT*TE", "CON-SNT-C93002TE", true),
        ("C9300-24?-E", "C9300-24T-E", true),
        ("C9300-24?-E", "C9300-24-E", false),
        ("C9300", "C9300-24T-E", false),
        ("*", "", true),
        ("", "", true),
        ("", "x", false),
        ("?*?", "a", false),
        ("stra*", "STRASSE", true),
    ] {
        assert_eq!(like(pattern, text), fits, "{pattern} on {text}");
    }
    // by trying every star anew this would not end
    assert!(!like(&"*a".repeat(40), &format!("{}b", "a".repeat(2_000))));
}

#[test]
fn a_rule_is_read_from_words_and_refused_with_what_to_write() {
    let acme = |name: &str| match name {
        "Acme" => Ok(ACME),
        _ => Err(format!("no customer {name:?} in the book")),
    };
    let text = "Ingram SNT: supplier Ingram Micro, account=Acme, sku CON-SNT*, from 2027-01-01, discount 40%, margin 12.50";
    let read_in = read_line(text, acme, today()).unwrap();
    assert_eq!(&*read_in.name, "Ingram SNT");
    assert_eq!(read_in.supplier.as_deref(), Some("Ingram Micro"));
    assert_eq!(read_in.account, Some(ACME));
    assert_eq!(read_in.product.as_deref(), Some("CON-SNT*"));
    assert_eq!(read_in.from, NaiveDate::from_ymd_opt(2027, 1, 1));
    assert_eq!(read_in.effect(), "40 % off list, margin 12.5 %");
    for (text, why) in [
        ("no colon", "the name ends with a colon"),
        (": discount 40", "needs a name"),
        ("r: product C9300*", "sets no price"),
        ("r: margin 1, markup 2", "a margin or a markup"),
        ("r: discount 101", "from 0 to 100 %"),
        ("r: margin 100", "below 100 %"),
        ("r: markup -101", "-100 % or more"),
        ("r: colour red", "has no field \"colour\""),
        ("r: discount 1, account Beta", "no customer \"Beta\""),
        (
            "r: discount 1, from 2027-02-01, until 2027-01-01",
            "before it begins",
        ),
        ("r: discount abc", "is not a number"),
    ] {
        let error = read_line(text, acme, today()).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    let blank = read("r", [("margin", ""), ("Markup %", "10")], acme, today()).unwrap();
    assert_eq!(blank.sell, Some(SellRule::MarkupPct(d("10"))));
}

fn any_rule() -> impl Strategy<Value = PriceRule> {
    let supplier = prop::sample::select(vec![None, Some("Ingram"), Some("Arrow")]);
    let account = prop::sample::select(vec![None, Some(ACME), Some(OTHER)]);
    let product = prop::sample::select(vec![None, Some("C9300*"), Some("C9200*"), Some("CON*")]);
    let days = (prop::option::of(-3i64..3), prop::option::of(-3i64..3));
    (supplier, account, product, days, 0i64..100).prop_map(
        |(supplier, account, product, days, pct)| {
            let day = |by: Option<i64>| by.map(|by| today() + chrono::Duration::days(by));
            PriceRule {
                supplier: supplier.map(Into::into),
                account,
                product: product.map(Into::into),
                from: day(days.0),
                until: day(days.1),
                ..rule("", pct)
            }
        },
    )
}

proptest! {
    /// The first of the most special tier prices a line, wherever the others stand.
    #[test]
    fn the_first_of_the_most_special_tier_wins_whatever_the_order_of_the_others(
        list in prop::collection::vec(any_rule(), 0..12),
        shuffled in any::<prop::sample::Index>(),
        supplier in prop::sample::select(vec![None, Some("ingram"), Some("ARROW")]),
    ) {
        let list: Vec<PriceRule> = list.into_iter().enumerate()
            .map(|(at, rule)| PriceRule { name: format!("r{at}").into(), ..rule })
            .collect();
        let asked = asked(supplier);
        let holds = |rule: &PriceRule| {
            let alone = rules(vec![rule.clone()]);
            first(&alone, &line(), asked).is_some()
        };
        // by hand: of those that hold the least tier, of these the first
        let wanted = list.iter().filter(|rule| holds(rule)).min_by_key(|rule| rule.tier());
        let book = rules(list.clone());
        let won = first(&book, &line(), asked);
        prop_assert_eq!(won.map(|rule| &rule.name), wanted.map(|rule| &rule.name));
        // rules of other tiers, and of its own behind it, may stand in any order
        if let Some(won) = won {
            let tier = won.tier();
            let place = list.iter().position(|rule| rule.name == won.name).unwrap();
            let before = list.iter().take(place).filter(|rule| rule.tier() == tier);
            let mut others: Vec<PriceRule> = list.iter()
                .filter(|rule| rule.tier() != tier)
                .chain(list.iter().skip(place + 1).filter(|rule| rule.tier() == tier))
                .cloned().collect();
            others.reverse();
            let mut moved: Vec<PriceRule> = before.chain([won]).cloned().collect();
            // those of other tiers may stand before it as well
            let at = shuffled.index(others.len() + 1);
            let rest = others.split_off(at);
            let ahead = others.iter().filter(|rule| rule.tier() != tier).cloned();
            let behind = others.iter().filter(|rule| rule.tier() == tier).cloned();
            let mut all: Vec<PriceRule> = ahead.collect();
            all.append(&mut moved);
            all.extend(behind.chain(rest));
            let again = rules(all);
            prop_assert_eq!(named(&again, &line(), asked), Some(&*won.name));
        }
    }

    /// A pattern fits what the plain definition by recursion says.
    #[test]
    fn patterns_fit_as_defined(pattern in "[ab*?]{0,8}", text in "[ab]{0,10}") {
        fn fits(pattern: &[u8], text: &[u8]) -> bool {
            match (pattern.first(), text.first()) {
                (None, None) => true,
                (Some(b'*'), _) => {
                    fits(&pattern[1..], text) || (!text.is_empty() && fits(pattern, &text[1..]))
                }
                (Some(b'?'), Some(_)) => fits(&pattern[1..], &text[1..]),
                (Some(a), Some(b)) if a == b => fits(&pattern[1..], &text[1..]),
                _ => false,
            }
        }
        prop_assert_eq!(like(&pattern, &text), fits(pattern.as_bytes(), text.as_bytes()));
    }

    /// What was priced by the rules once changes nothing when it is priced again.
    #[test]
    fn pricing_again_changes_nothing(list in prop::collection::vec(any_rule(), 0..8)) {
        let (book, pack) = (rules(list), crate::fixture::rules());
        let once = reprice(&quote(vec![line()]), |_| true, &book, (asked(None), Hold::Typed), &pack);
        let lines = once.changed.into_iter().map(|(_, new)| new).collect();
        let again = reprice(&quote(lines), |_| true, &book, (asked(None), Hold::Typed), &pack);
        prop_assert!(again.changed.is_empty());
    }
}
