//! The plays that came after the first three: what fires, what is refused, what it is worth, and that a box
//! stands in one play only.

use crate::book::*;
use renewdesk::domain::adoption::Adoption;
use renewdesk::domain::contract::{Contract, ContractKind};
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::quote::QuoteLine;
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::expand::{Play, Suggestion, accept};
use renewdesk::pricing::price_line;
use rust_decimal::Decimal;
use uuid::Uuid;

/// An imported notice with a last day to renew.
fn notice(book: &mut Book, pid: &str, last_renewal: &str, ldos: Option<&str>) {
    book.eox(pid, None, ldos);
    let mut record = book.snapshot.eox.iter().last().unwrap().clone();
    record.last_renewal = Some(day(last_renewal));
    book.snapshot.eox.put(record);
}

fn licence(line: &mut Line, pid: &str) {
    line.kind = LineKind::Subscription;
    line.serial = None;
    line.service_sku = None;
    line.pid = Some(pid.into());
    line.coverage = Coverage::Covered;
}

fn masked(line: &mut Line) {
    line.coverage = Coverage::Masked;
    line.contract = None;
    line.service_sku = None;
    line.start = None;
    line.end = None;
    line.unit_list = None;
    line.extended_net = None;
    line.currency = None;
}

/// A contract of the first customer with an open renewal that ends on a day, and a line of it.
fn contract(book: &mut Book, n: u128, end: &str) -> RenewalId {
    let id = book.renewal(end);
    let contract = ContractId(Uuid::from_u128(600 + n));
    let mut renewal = book.snapshot.renewals.get(id).unwrap().clone();
    renewal.contract = contract;
    book.snapshot.renewals.put(renewal);
    book.snapshot.contracts.put(Contract {
        id: contract,
        account: account(1),
        number: format!("20450{n}").as_str().into(),
        kind: ContractKind::Service,
        program: None,
        service_level: None,
        status_raw: None,
        start: None,
        end: None,
        auto_renew: None,
    });
    let end = day(end);
    book.line(&format!("FOX{n}"), |line| {
        line.contract = Some(contract);
        line.start = Some(end - chrono::Days::new(364));
        line.end = Some(end);
    });
    id
}

fn taken(book: &Book, play: Play) -> Vec<QuoteLine> {
    let mut n = 500u128;
    let mut ids = || {
        n += 1;
        Uuid::from_u128(n)
    };
    let (snapshot, rules, catalogue) = (&book.snapshot, &book.rules, &book.catalogue);
    accept(
        &book.only(play),
        snapshot,
        rules,
        catalogue,
        today(),
        &mut ids,
    )
    .unwrap()
}

fn net(book: &Book, line: &QuoteLine) -> Option<Decimal> {
    let usd = renewdesk::domain::money::Currency::USD;
    price_line(line, usd, &book.rules).extended_net
}

#[test]
fn what_is_accepted_renews_longer_higher_or_adds_a_licence_and_never_past_support() {
    let mut window = Book::new();
    notice(&mut window, "C9300-24T-E", "2027-01-31", Some("2029-06-30"));
    window.line("FOC1", |_| {});
    let line = taken(&window, Play::WindowClosing).remove(0);
    assert_eq!(
        (line.start, line.end),
        (day("2027-03-01"), day("2029-06-30"))
    );
    assert!(line.cut_at_ldos && line.renews.is_some());
    let value = window.only(Play::WindowClosing).value.unwrap().amount;
    assert_eq!(
        net(&window, &line),
        Some(value),
        "the value is what the quote says"
    );

    let uplift = tiers("SNT");
    let line = taken(&uplift, Play::TierUplift).remove(0);
    assert_eq!(line.service_sku.as_deref(), Some("CON-SNTP-C93002TE"));
    assert_eq!(net(&uplift, &line), Some(d("200.00")));

    let mut attach = Book::new();
    attach.eox("C9300-24T-E", None, Some("2029-10-31"));
    for serial in ["FOC1", "FOC2"] {
        attach.line(serial, |_| {});
    }
    attach.line("", |line| {
        licence(line, "C9300-DNA-A-24-3Y");
        line.end = Some(day("2028-02-29"));
        line.unit_list = Some(d("900"));
        line.list_years = d("3");
        line.extended_net = None;
    });
    let line = taken(&attach, Play::Attach).remove(0);
    assert_eq!(line.pid.as_deref(), Some("C9300-DNA-A-24-3Y"));
    assert_eq!(line.kind, LineKind::Subscription);
    assert_eq!((line.start, line.end), (today(), day("2029-10-31")));
    assert!(line.cut_at_ldos);

    let mut masks = Book::new();
    masks.line("FOC1", |_| {});
    masks.line("FOC2", masked);
    let line = taken(&masks, Play::Takeover).remove(0);
    assert_eq!(line.service_sku.as_deref(), Some("CON-SNT-C93002TE"));
    assert_eq!(net(&masks, &line), Some(d("120.00")));
}

#[test]
fn a_renewal_after_the_last_day_to_renew_closes_with_the_longest_term_support_allows() {
    let mut book = Book::new();
    notice(&mut book, "C9300-24T-E", "2027-01-31", Some("2028-02-28"));
    book.line("FOC1", |_| {}); // ends 2027-02-28
    let found = book.only(Play::WindowClosing);
    assert_eq!(book.plays(), [Play::WindowClosing]);
    assert_eq!(found.deadline, Some(day("2027-01-31")));
    // 120.00 a year for 2027-03-01 to 2028-02-28: 364 days of service, no 29 February in it
    assert_eq!(found.value.unwrap().amount, d("120.00"));
    assert_eq!(found.per, "over the allowed term");
    for said in ["2027-01-31", "70 days", "2027-02-28"] {
        assert!(found.why.contains(said), "{}", found.why);
    }
    let facts: Vec<&str> = found.evidence.iter().map(|e| &*e.fact).collect();
    let term = facts
        .iter()
        .find(|fact| fact.contains("longest term allowed"));
    assert!(term.unwrap().contains("2028-02-28"), "{facts:?}");
}

#[test]
fn a_renewal_well_before_the_last_day_to_renew_closes_nothing() {
    let mut book = Book::new();
    // the renewal after this one, 2028-02-28, still lies more than 90 days before
    notice(&mut book, "C9300-24T-E", "2028-05-29", Some("2030-05-31"));
    book.line("FOC1", |_| {});
    assert_eq!(book.plays(), []);
    let mut near = Book::new();
    notice(&mut near, "C9300-24T-E", "2028-05-28", Some("2030-05-31"));
    near.line("FOC1", |_| {});
    assert_eq!(near.plays(), [Play::WindowClosing]);
    assert_eq!(
        near.only(Play::WindowClosing).deadline,
        Some(day("2027-02-28"))
    );
}

#[test]
fn nothing_is_renewed_past_the_last_day_to_renew_or_past_support() {
    let mut past = Book::new();
    notice(&mut past, "C9300-24T-E", "2026-11-21", Some("2027-12-31"));
    past.line("FOC1", |_| {});
    assert_eq!(past.plays(), [Play::LdosRefresh]);
    let mut covered = Book::new();
    notice(
        &mut covered,
        "C9300-24T-E",
        "2027-01-31",
        Some("2027-02-28"),
    );
    covered.line("FOC1", |_| {});
    assert_eq!(covered.plays(), [Play::LdosRefresh]);
    let mut replaced = Book::new();
    notice(
        &mut replaced,
        "C9300-24T-E",
        "2027-01-31",
        Some("2029-02-28"),
    );
    replaced.line("FOC1", |_| {});
    replaced.line("FOC2", |line| line.replaced_by = Some("FOC9".into()));
    let found = replaced.only(Play::WindowClosing);
    assert_eq!(found.devices, Decimal::ONE);
}

#[test]
fn a_box_whose_window_closes_is_a_note_of_the_refresh_and_a_dismissed_refresh_stays_away() {
    let mut book = Book::new();
    let pid = "WS-C2960X-48FPD-L";
    book.line("FOC1", |line| line.pid = Some(pid.into()));
    book.line("FOC2", |line| {
        line.pid = Some(pid.into());
        line.end = Some(day("2026-12-31"));
    });
    let before = book.only(Play::LdosRefresh);
    assert_eq!(before.devices, d("2"));
    book.snapshot.decisions.put(Decision {
        id: DecisionId(Uuid::from_u128(1)),
        key: before.key.clone(),
        facts: before.facts.clone(),
        verdict: Verdict::Dismissed {
            reason: "budget".into(),
        },
        on: day("2026-11-01"),
        by: "rep".into(),
    });
    assert!(book.only(Play::LdosRefresh).is_away());
    // the window of one of the two closes: it moves, the decision on the other holds
    notice(&mut book, pid, "2028-03-31", Some("2027-10-31"));
    let refresh = book.only(Play::LdosRefresh);
    let window = book.only(Play::WindowClosing);
    assert_eq!((refresh.devices, window.devices), (d("1"), d("1")));
    assert!(
        refresh.is_away(),
        "{} is not {}",
        refresh.facts,
        before.facts
    );
    assert_eq!(window.notes, ["LDoS refresh: 1 of these fit it too"]);
}

#[test]
fn a_masked_box_is_a_takeover_at_the_customers_own_level() {
    let mut book = Book::new();
    book.line("FOC1", |_| {});
    book.line("FOC2", masked);
    let found = book.only(Play::Takeover);
    assert_eq!(found.value.unwrap().amount, d("120.00"));
    assert_eq!(found.confidence, (d("0.30"), "low"));
    assert_eq!(found.devices, Decimal::ONE);
    // no attach past its date
    book.eox("C9300-24T-E", Some("2026-11-21"), None);
    assert!(!book.plays().contains(&Play::Takeover));
}

#[test]
fn a_device_without_a_licence_of_its_sisters_is_offered_one() {
    let mut book = Book::new();
    let pid = "C9300-DNA-A-24-3Y";
    for serial in ["FOC1", "FOC2", "FOC3"] {
        book.line(serial, |_| {});
    }
    // no licence in the book: nobody can tell a missing licence from a missing file
    assert_eq!(book.plays(), []);
    book.line("", |line| {
        licence(line, pid);
        line.end = Some(day("2028-02-29"));
        line.quantity = d("2");
        line.unit_list = Some(d("900"));
        line.list_years = d("3");
        line.extended_net = None;
    });
    let found = book.only(Play::Attach);
    assert_eq!(found.devices, Decimal::ONE, "two of three have one");
    assert_eq!(
        found.value.unwrap().amount,
        d("300"),
        "{}",
        found.value_basis
    );
    assert_eq!(found.confidence.0, d("0.60"));
    assert_eq!(found.what, "Licence 1 × Catalyst 9300 that have none");
}

#[test]
fn a_licence_that_ends_while_its_box_stays_is_renewed() {
    let mut book = Book::new();
    book.line("FOC1", |_| {});
    let id = book.line("", |line| {
        licence(line, "C9300-DNA-E-24-1Y");
        line.end = Some(day("2027-05-21")); // the 180th day
    });
    let found = book.only(Play::Attach);
    assert_eq!(found.lines, [id]);
    assert_eq!(found.deadline, Some(day("2027-05-21")));
    let mut line = book.snapshot.lines.get(id).unwrap();
    line.end = Some(day("2027-05-22"));
    book.snapshot.lines.put(line);
    assert_eq!(book.plays(), []);
}

/// Four boxes at 24x7x4 and one at `code`.
fn tiers(code: &str) -> Book {
    let mut book = Book::new();
    for n in 1..=4 {
        book.line(&format!("FOC{n}"), |line| {
            line.service_sku = Some("CON-SNTP-C93002TE".into());
            line.extended_net = Some(d("200.00"));
        });
    }
    let sku = format!("CON-{code}-C93002TE");
    book.line("FOC5", |line| line.service_sku = Some(sku.as_str().into()));
    book
}

#[test]
fn a_level_below_the_customers_norm_is_raised_to_it() {
    let book = tiers("SNT");
    let found = book.only(Play::TierUplift);
    assert_eq!(found.devices, Decimal::ONE);
    // 200.00 a year at 24x7x4 less the 120.00 it pays
    assert_eq!(
        found.value.unwrap().amount,
        d("80.00"),
        "{}",
        found.value_basis
    );
    assert!(
        found.why.contains("response 8x5xNBD to 24x7x4"),
        "{}",
        found.why
    );
    assert!(found.what.ends_with("24x7x4 (SNTP)"), "{}", found.what);
}

#[test]
fn parallel_programmes_and_higher_levels_are_left_alone() {
    // partner and distributor support, a higher response, an unknown code
    for code in ["PSJ1", "DSN", "S2P", "SNTP", "XYZ"] {
        assert_eq!(tiers(code).plays(), [], "{code}");
    }
    // on the ladder of programmes, but down on the response
    let mut far = tiers("SNT");
    let last = far.snapshot.lines.iter().last().unwrap();
    far.snapshot.lines.put(Line {
        end: Some(day("2027-05-22")),
        ..last
    });
    assert_eq!(far.plays(), [], "its renewal is more than 180 days ahead");
}

/// A contract of one licence: so many lines of each year, the last still open.
fn yearly(years: [usize; 3]) -> Vec<Suggestion> {
    let mut book = Book::new();
    for (n, lines) in years.into_iter().enumerate() {
        for _ in 0..lines {
            book.line("", |line| {
                licence(line, "DUO-SUB");
                line.start = Some(day(&format!("{}-03-01", 2024 + n)));
                line.end = Some(day(&format!("{}-02-28", 2025 + n)));
                if n < 2 {
                    line.renewed_to = Some("next".into());
                    line.coverage = Coverage::Expired;
                }
            });
        }
    }
    let all = book.suggestions();
    all.into_iter()
        .filter(|s| s.play == Play::MultiYear)
        .collect()
}

#[test]
fn one_line_of_last_year_makes_no_ten_of_this_year_steady() {
    let found = yearly([1, 1, 10]);
    assert_eq!(found[0].devices, d("1"), "nine were new this year");
    assert_eq!(yearly([3, 2, 5])[0].devices, d("2"));
}

fn stalled(book: &mut Book, stage: &str, since: &str) {
    let id = AdoptionId(Uuid::from_u128(4));
    book.snapshot.adoption.put(Adoption {
        id,
        account: account(1),
        offer: "DNA Advantage".into(),
        use_case: "Assurance".into(),
        stage: stage.into(),
        adoption_pct: Some(d("12")),
        usage_pct: None,
        seen: None,
        open_actions: None,
        origin: None,
        since: Some(day(since)),
    });
}

#[test]
fn adoption_that_stands_still_before_a_renewal_is_risk_and_no_new_money() {
    let mut book = Book::new();
    let renewal = book.renewal("2027-02-28");
    book.line("", |line| {
        licence(line, "DUO-SUB");
        line.description = Some("Catalyst DNA Advantage".into());
    });
    for (stage, since, fires) in [
        ("onboard", "2026-11-20", true),
        ("use", "2026-08-24", true),
        ("use", "2026-08-25", false),
        ("complete", "2025-01-01", false),
    ] {
        stalled(&mut book, stage, since);
        let found = book.plays().contains(&Play::AdoptionStalled);
        assert_eq!(found, fires, "{stage} since {since}");
    }
    stalled(&mut book, "onboard", "2026-01-01");
    let found = book.only(Play::AdoptionStalled);
    assert_eq!(
        found.value.unwrap().amount,
        d("120.00"),
        "{}",
        found.value_basis
    );
    assert!(
        found.value_basis.contains("no new money"),
        "{}",
        found.value_basis
    );
    assert_eq!(found.per, "at risk");
    assert_eq!(found.renewal, Some(renewal));
    assert_eq!(found.confidence.0, d("0.70"));
    let facts: Vec<&str> = found.evidence.iter().map(|e| &*e.fact).collect();
    assert!(facts[0].contains("12% done"), "{facts:?}");
}

#[test]
fn a_line_renewed_for_a_year_twice_could_run_longer() {
    let terms = |quantities: [&str; 3]| {
        let mut book = Book::new();
        for (n, quantity) in quantities.into_iter().enumerate() {
            let year = 2024 + n as i32;
            book.line("FOC1", |line| {
                line.start = Some(day(&format!("{year}-03-01")));
                line.end = Some(day(&format!("{}-02-28", year + 1)));
                line.quantity = d(quantity);
                if n < 2 {
                    line.renewed_to = Some("next".into());
                    line.coverage = Coverage::Expired;
                }
            });
        }
        book
    };
    let mut book = terms(["1", "1", "1"]);
    let found = book.only(Play::MultiYear);
    // 120.00 a year x 36 months from 2027-03-01, the 29 February left out
    assert_eq!(
        found.value.unwrap().amount,
        d("360.00"),
        "{}",
        found.value_basis
    );
    assert_eq!(
        found.confidence.0,
        d("0.40"),
        "no last date of support is known"
    );
    assert!(found.why.contains("at least 2 times"), "{}", found.why);
    assert_eq!(
        terms(["1", "2", "1"]).plays(),
        [],
        "the quantity was not steady"
    );
    book.eox("C9300-24T-E", None, Some("2030-02-27"));
    assert_eq!(
        book.plays(),
        [],
        "support ends a day before the longer term"
    );
}

#[test]
fn many_end_dates_are_joined_as_a_task() {
    let mut book = Book::new();
    contract(&mut book, 1, "2026-12-31");
    contract(&mut book, 2, "2027-03-31");
    assert_eq!(book.plays(), [], "two contracts are not many");
    contract(&mut book, 3, "2027-06-30");
    let found = book.only(Play::CoTerm);
    assert!(found.play.is_task());
    assert_eq!(found.what, "Join 3 contracts with 3 end dates");
    // 120.00 a year for 181 and for 91 days: 59.51 + 29.92
    assert_eq!(
        found.value.unwrap().amount,
        d("89.43"),
        "{}",
        found.value_basis
    );
    assert_eq!(found.deadline, Some(day("2026-12-31")));
    let facts: Vec<&str> = found.evidence.iter().map(|e| &*e.fact).collect();
    assert!(
        facts
            .iter()
            .any(|fact| fact.starts_with("2027-03-31: 204502")),
        "{facts:?}"
    );
    let candidates = facts.iter().filter(|fact| fact.starts_with("all to "));
    assert!(candidates.count() >= 3, "{facts:?}");
    assert_eq!(found.lines.len(), 3);
}

/// Customers with spend in Networking and Services each, and in Security for those counted.
fn peers(customers: u128, secure: u128) -> Vec<Suggestion> {
    let mut book = Book::new();
    for n in 1..=customers {
        let mut portfolios = vec!["Networking", "Services"];
        if n <= secure {
            portfolios.push("Security");
        }
        for title in portfolios {
            book.line(&format!("FOC{n}{title}"), |line| {
                line.account = account(n);
                line.contract = None;
                line.product_portfolio = Portfolio::named(title);
                line.extended_net = Some(Decimal::from(100 + n as i64));
            });
        }
    }
    let mut found = book.suggestions();
    found.retain(|s| s.play == Play::Whitespace);
    found
}

#[test]
fn a_portfolio_that_most_customers_of_like_size_hold_is_white_space() {
    let found = peers(7, 6);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].account, account(7));
    assert_eq!(found[0].family, "Security");
    // the six spend 101 to 106: the low quartile ranks
    assert_eq!(
        found[0].value.unwrap().amount,
        d("102.00"),
        "{}",
        found[0].value_basis
    );
    assert!(found[0].why.contains("6 of 6"), "{}", found[0].why);
    assert_eq!(peers(5, 4).len(), 0, "four others are too few to say");
    assert_eq!(peers(9, 4).len(), 0, "not most of them hold it");
}

#[test]
fn thresholds_are_those_of_the_pack() {
    let mut book = tiers("SNT");
    book.rules.plays.uplift_days = 97;
    assert_eq!(book.plays(), [], "the renewal is 98 days ahead");
    book.rules.plays.uplift_days = 98;
    assert_eq!(book.plays(), [Play::TierUplift]);
    book.rules.plays.norm_lines = 5;
    assert_eq!(book.plays(), [], "four lines are no norm any more");
    book.rules.plays.norm_lines = 3;
    book.rules.tiers.clear();
    assert_eq!(book.plays(), [], "no ladder, no uplift");
}

/// The same renewal once more for the lines in euros.
fn in_euros(book: &mut Book, renewal: RenewalId) -> RenewalId {
    let mut other = book.snapshot.renewals.get(renewal).unwrap().clone();
    other.id = RenewalId(Uuid::from_u128(7777));
    other.currency = Some(euro());
    let id = other.id;
    book.snapshot.renewals.put(other);
    id
}

fn euro() -> Currency {
    "EUR".parse().unwrap()
}

#[test]
fn a_line_is_renewed_under_the_renewal_of_its_own_currency() {
    let mut book = Book::new();
    let usd = book.renewal("2026-06-30");
    let eur = in_euros(&mut book, usd);
    let old = book.lapsed("FOC1", "2026-06-30");
    let line = book.snapshot.lines.get(old).unwrap();
    for (currency, renewal) in [(Currency::USD, usd), (euro(), eur)] {
        book.snapshot.lines.put(Line {
            currency: Some(currency),
            ..line.clone()
        });
        assert_eq!(book.only(Play::LapsedWinBack).renewal, Some(renewal));
        let taken = taken(&book, Play::LapsedWinBack);
        assert_eq!(taken[0].renewal, Some(renewal));
    }
    // one that is closed keeps its lines: another currency's is not theirs
    let mut closed = book.snapshot.renewals.get(eur).unwrap().clone();
    closed.stage = "booked".into();
    book.snapshot.renewals.put(closed);
    assert_eq!(taken(&book, Play::LapsedWinBack)[0].renewal, None);
}

#[test]
fn renewals_of_one_end_in_two_currencies_put_each_line_at_risk_once() {
    let mut book = Book::new();
    let usd = book.renewal("2027-02-28");
    in_euros(&mut book, usd);
    for own in [None, None, Some(euro())] {
        book.line("", |line| {
            licence(line, "DUO-SUB");
            line.currency = own.or(line.currency);
        });
    }
    stalled(&mut book, "onboard", "2026-01-01");
    let found = book.only(Play::AdoptionStalled);
    // two lines at 120.00; the one in euros is in no sum in dollars
    let value = found.value.unwrap().amount;
    assert_eq!(value, d("240.00"), "{}", found.value_basis);
    assert!(found.value_basis.contains("2 of 3 lines"));
    assert_eq!(found.lines.len(), 3);
    let facts = found.evidence.iter().map(|e| &*e.fact);
    let lines: Vec<&str> = facts.filter_map(|fact| fact.split(", ").last()).collect();
    assert!(
        lines.contains(&"2 lines") && lines.contains(&"1 lines"),
        "{lines:?}"
    );
}

#[test]
fn ports_at_the_end_of_a_licence_id_are_no_years() {
    for (pid, end) in [
        ("C9200CX-DNA-E-8", "2027-11-21"),
        ("C9200CX-DNA-E-8-3Y", "2029-11-21"),
        ("C9200CX-DNA-E-8-5R", "2031-11-21"),
    ] {
        let mut book = Book::new();
        for serial in ["FOC1", "FOC2"] {
            book.line(serial, |line| line.pid = Some("C9200CX-8P-2X2G-E".into()));
        }
        book.line("", |line| {
            licence(line, pid);
            line.end = Some(day("2028-02-29"));
        });
        let line = taken(&book, Play::Attach).remove(0);
        assert_eq!((line.start, line.end), (today(), day(end)), "{pid}");
    }
}

#[test]
fn a_line_in_another_currency_is_raised_without_a_price() {
    let mut book = tiers("SNT");
    let last = book.snapshot.lines.iter().last().unwrap();
    book.snapshot.lines.put(Line {
        currency: Some(euro()),
        ..last
    });
    assert_eq!(book.only(Play::TierUplift).value, None);
    let line = taken(&book, Play::TierUplift).remove(0);
    assert_eq!(line.service_sku.as_deref(), Some("CON-SNTP-C93002TE"));
    assert_eq!(line.unit_list, None, "200.00 are dollars");
}

#[test]
fn a_win_back_in_another_currency_than_the_customers_commonest_keeps_its_price() {
    let mut book = Book::new();
    for serial in ["FOC1", "FOC2"] {
        book.line(serial, |_| {});
    }
    let old = book.lapsed("FOC3", "2026-06-30");
    let line = book.snapshot.lines.get(old).unwrap();
    book.snapshot.lines.put(Line {
        currency: Some(euro()),
        ..line
    });
    assert_eq!(book.only(Play::LapsedWinBack).value, None);
    let line = taken(&book, Play::LapsedWinBack).remove(0);
    assert_eq!(line.unit_list, Some(d("200.00")));
}

#[test]
fn a_licence_that_ends_is_renewed_though_its_box_fits_a_play_that_comes_later() {
    let mut book = tiers("SNT");
    let id = book.line("FOC5", |line| {
        licence(line, "C9300-DNA-E-24-1Y");
        line.serial = Some("FOC5".into());
    });
    let attach = book.suggestions();
    let mut attach = attach.iter().filter(|s| s.lines.contains(&id));
    let found = attach.next().expect("the licence is in no play");
    assert_eq!(found.play, Play::Attach);
    let note = |note: &String| note.starts_with("Tier uplift: 1");
    assert!(found.notes.iter().any(note), "{:?}", found.notes);
    assert!(
        !book.plays().contains(&Play::TierUplift),
        "a box is in one play"
    );
}

#[test]
fn a_licence_lent_to_an_earlier_play_leaves_the_decision_on_the_others_alone() {
    let mut book = Book::new();
    for (serial, pid) in [("FOC1", "C9300-24T-E"), ("FOC2", "C9300-48T-E")] {
        book.line(serial, |line| line.pid = Some(pid.into()));
        book.line(serial, |line| {
            licence(line, "C9300-DNA-E-24-1Y");
            line.serial = Some(serial.into());
        });
    }
    let before = book.only(Play::Attach);
    assert_eq!(before.devices, d("2"));
    book.snapshot.decisions.put(Decision {
        id: DecisionId(Uuid::from_u128(1)),
        key: before.key.clone(),
        facts: before.facts.clone(),
        verdict: Verdict::Dismissed {
            reason: "budget".into(),
        },
        on: day("2026-11-01"),
        by: "rep".into(),
    });
    notice(&mut book, "C9300-24T-E", "2027-01-31", Some("2030-06-30"));
    let window = book.only(Play::WindowClosing);
    assert_eq!(window.notes, ["Subscription attach: 1 of these fit it too"]);
    let attach = book.only(Play::Attach);
    assert_eq!(attach.devices, Decimal::ONE);
    assert!(attach.is_away(), "{} is not {}", attach.facts, before.facts);
}
