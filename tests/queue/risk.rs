//! Signals with their evidence, the probability to win and the rank (golden case R40).

use crate::fixture::*;
use renewdesk::book::countdown::band;
use renewdesk::book::risk::win_pct;
use renewdesk::book::{Clock, CountdownState, Risk, priority};
use renewdesk::domain::adoption::Adoption;
use renewdesk::domain::ids::AdoptionId;
use renewdesk::domain::line::LineKind;
use renewdesk::domain::renewal::Reviewed;
use renewdesk::domain::rules::RiskLevel;
use rust_decimal::Decimal;

fn signals(risk: &Risk) -> Vec<&str> {
    risk.reasons.iter().map(|r| &*r.signal).collect()
}

fn risk_on(book: &Book, renewal: renewdesk::domain::ids::RenewalId, today: &str) -> Risk {
    let risk = book.told(renewal, today).risk;
    let sum: Decimal = risk.worked.iter().map(|(_, part)| *part).sum();
    assert_eq!(sum, risk.win_pct, "addends make the probability: {risk:?}");
    risk
}

#[test]
fn r40_probability_and_rank() {
    let sum = |level| -> Decimal {
        win_pct(
            level,
            2,
            Some("competitor is in"),
            Some("still".into()),
            &RULES,
        )
        .iter()
        .map(|(_, part)| *part)
        .sum()
    };
    assert_eq!(sum(RiskLevel::Watch), dec("40"));
    assert_eq!(sum(RiskLevel::Critical), dec("5"));
    let rank = priority::priority(
        Some(dec("40000")),
        dec("75"),
        CountdownState::Ok,
        45,
        &RULES,
    );
    assert_eq!(rank.score, dec("8000"));
    assert_eq!((rank.loss, rank.urgency), (dec("0.25"), dec("0.8")));
}

#[test]
fn r40_from_a_book() {
    // Two watch signals cannot hold a competitor too (it raises to at risk): 45 − 10×2 − 15 − 10.
    let (mut book, _, renewal, _) = single("2027-01-11");
    book.edit(renewal, |r| r.signals = vec!["competitor".into()]);
    let risk = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(signals(&risk), ["silent", "no_next_step", "competitor"]);
    assert_eq!(risk.level, RiskLevel::AtRisk);
    assert_eq!(risk.win_pct, dec("5"), "{:?}", risk.worked);
    assert_eq!(risk.worked[1], ("2 more signals".into(), dec("-20")));
    assert_eq!(risk.worked[3].0, "no progress with 50 d left");
}

#[test]
fn a_renewal_with_everything_in_order_is_on_track() {
    let (mut book, _, renewal, _) = single("2027-01-11");
    book.edit(renewal, |r| r.next_date = Some(day("2026-11-25")));
    book.contact(renewal, "2026-11-10", "spoke");
    let risk = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(risk.reasons, []);
    assert_eq!((risk.level, risk.win_pct), (RiskLevel::OnTrack, dec("95")));
    let queue = book.queue("2026-11-22");
    let score = queue.row(renewal).unwrap().score();
    assert_eq!(score, dec("1600"), "40,000 × 0.05 × 0.8");
}

#[test]
fn silence_counts_customer_contacts_only_and_only_near_the_end() {
    let (mut book, _, renewal, _) = single("2027-01-11");
    book.edit(renewal, |r| r.next_date = Some(day("2026-11-25")));
    book.contact(renewal, "2026-11-20", "no_answer");
    book.contact(renewal, "2026-12-20", "spoke");
    let silent = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(
        signals(&silent),
        ["silent"],
        "a planned call is no contact yet"
    );
    book.contact(renewal, "2026-10-23", "spoke");
    let thirty = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(
        thirty.reasons[0].sentence,
        "No contact with the customer for 30 d (last 2026-10-23), 50 d to the end"
    );
    assert_eq!(signals(&risk_on(&book, renewal, "2026-11-21")), [""; 0]);
    let (mut far, _, renewal, _) = single("2027-02-21");
    far.edit(renewal, |r| r.next_date = Some(day("2026-11-25")));
    assert_eq!(signals(&risk_on(&far, renewal, "2026-11-22")), [""; 0]);
    assert_eq!(signals(&risk_on(&far, renewal, "2026-11-23")), ["silent"]);
}

#[test]
fn dates_of_the_hardware_and_the_last_day_to_renew() {
    let (mut book, _, renewal, _) = single("2027-03-31");
    book.edit(renewal, |r| r.next_date = Some(day("2026-11-25")));
    book.eox(|record| record.ldos = Some(day("2028-03-30")));
    let risk = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(signals(&risk), ["ldos_in_term"]);
    assert!(
        risk.reasons[0]
            .sentence
            .contains("before the next term ends on 2028-03-31"),
        "{}",
        risk.reasons[0].sentence
    );
    book.eox(|record| record.ldos = Some(day("2028-03-31")));
    book.snapshot.eox.remove(book.snapshot.eox.as_slice()[0].id);
    assert_eq!(signals(&risk_on(&book, renewal, "2026-11-22")), [""; 0]);
    // End + 30 d of grace is 2027-04-30: 30 days away is not nearer than 30.
    book.contact(renewal, "2027-03-31", "spoke");
    assert!(!signals(&risk_on(&book, renewal, "2027-03-31")).contains(&"renew_stop_near"));
    let near = risk_on(&book, renewal, "2027-04-01");
    assert_eq!(near.level, RiskLevel::Critical);
    assert!(signals(&near).contains(&"renew_stop_near"));
}

#[test]
fn quotes_that_are_old_smaller_or_dearer() {
    let (mut book, _, renewal, _) = single("2027-01-11");
    book.edit(renewal, |r| {
        r.next_date = Some(day("2026-11-25"));
        r.stage = "quoted".into();
        r.stage_on = Some(day("2026-11-07"));
    });
    book.contact(renewal, "2026-11-10", "spoke");
    let quote = book.quote(&[renewal], "2026-11-07", "39000");
    assert_eq!(signals(&risk_on(&book, renewal, "2026-11-21")), [""; 0]);
    let waiting = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(signals(&waiting), ["contraction_waiting"]);
    assert!(
        waiting.reasons[0].sentence.ends_with("waiting 15 d"),
        "{}",
        waiting.reasons[0].sentence
    );
    book.edit_quote(quote, |q| {
        q.lines[0].buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("43600"));
    });
    assert_eq!(
        signals(&risk_on(&book, renewal, "2026-11-22")),
        [""; 0],
        "9 % is the limit"
    );
    book.edit_quote(quote, |q| {
        q.lines[0].buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("43601"));
    });
    assert_eq!(
        signals(&risk_on(&book, renewal, "2026-11-22")),
        ["price_jump"]
    );
    book.edit_quote(quote, |q| {
        q.lines[0].buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("40000"));
        q.valid_until = Some(day("2026-11-21"));
    });
    assert_eq!(
        signals(&risk_on(&book, renewal, "2026-11-22")),
        ["quote_old"]
    );
}

#[test]
fn a_sent_quote_without_an_answer_grows_old() {
    let (mut book, _, renewal, _) = single("2027-03-31");
    book.edit(renewal, |r| r.next_date = Some(day("2026-11-25")));
    let quote = book.quote(&[renewal], "2026-10-01", "40000");
    book.edit_quote(quote, |q| {
        q.sent_on = Some(day("2026-10-22"));
        q.valid_until = Some(day("2026-12-31"));
    });
    assert_eq!(signals(&risk_on(&book, renewal, "2026-11-21")), [""; 0]);
    assert_eq!(
        signals(&risk_on(&book, renewal, "2026-11-22")),
        ["quote_old"]
    );
    book.contact(renewal, "2026-11-02", "reviewing");
    assert_eq!(signals(&risk_on(&book, renewal, "2026-11-22")), [""; 0]);
}

#[test]
fn adoption_counts_for_subscriptions_only() {
    let (mut book, contract, renewal, line) = single("2027-06-30");
    book.edit(renewal, |r| r.next_date = Some(day("2026-11-25")));
    let account = book.snapshot.contracts.get(contract).unwrap().account;
    let id = AdoptionId(book.id());
    book.snapshot.adoption.put(Adoption {
        id,
        account,
        offer: "Secure Access".into(),
        use_case: "Remote work".into(),
        stage: "Onboard".into(),
        adoption_pct: Some(dec("12.50")),
        usage_pct: Some(dec("41.5")),
        seen: None,
        open_actions: None,
        origin: None,
        since: Some(day("2026-05-01")),
    });
    assert_eq!(signals(&risk_on(&book, renewal, "2026-11-22")), [""; 0]);
    book.edit_line(line, |l| l.kind = LineKind::Subscription);
    let risk = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(signals(&risk), ["usage_decline", "adoption_early"]);
    assert_eq!(
        risk.reasons[0].sentence,
        "Secure Access, Remote work: 41.5 % of the entitlement in use, below 70 %"
    );
    assert_eq!(
        risk.reasons[1].sentence,
        "Secure Access, Remote work: adoption stands at Onboard since 2026-05-01, 12.5 % of its plan done"
    );
}

#[test]
fn stages_with_a_probability_of_their_own_beat_health() {
    let (mut book, _, renewal, _) = single("2027-01-11");
    for (stage, p) in [
        ("committed", "90"),
        ("po_received", "98"),
        ("booked", "100"),
        ("lost", "0"),
    ] {
        book.edit(renewal, |r| r.stage = stage.into());
        assert_eq!(
            risk_on(&book, renewal, "2026-11-22").win_pct,
            dec(p),
            "{stage}"
        );
    }
}

#[test]
fn no_owner_and_the_flag_are_reasons() {
    let (mut book, _, renewal, _) = single("2027-06-30");
    book.edit(renewal, |r| {
        r.next_date = Some(day("2026-11-25"));
        r.owner = Some(" ".into());
        r.at_risk = Some("budget freeze".into());
    });
    let risk = risk_on(&book, renewal, "2026-11-22");
    assert_eq!(signals(&risk), ["owner_missing", "flagged"]);
    assert_eq!(
        risk.reasons[1].sentence,
        "Marked at risk by the rep: budget freeze"
    );
}

#[test]
fn a_review_holds_until_a_reason_is_added_or_gets_worse() {
    let (mut book, _, renewal, _) = single("2027-01-11");
    let seen = renewdesk::book::risk::fingerprint(&risk_on(&book, renewal, "2026-11-22").reasons);
    book.edit(renewal, |r| {
        r.reviewed = Some(Reviewed {
            on: day("2026-11-22"),
            reasons: seen,
        });
    });
    let reviewed = |book: &Book, today: &str| book.queue(today).row(renewal).unwrap().reviewed();
    assert!(reviewed(&book, "2026-11-22"));
    assert!(
        reviewed(&book, "2026-11-30"),
        "ageing evidence is no new reason"
    );
    book.edit(renewal, |r| r.next_date = Some(day("2026-12-24")));
    assert!(
        reviewed(&book, "2026-11-30"),
        "a reason less calls nobody back"
    );
    book.edit(renewal, |r| r.signals = vec!["payment_problem".into()]);
    assert!(!reviewed(&book, "2026-11-30"));
}

#[test]
fn bands_follow_the_pack() {
    let at = |clock, days| band(&RULES, clock, days);
    assert_eq!(at(Clock::ContractEnd, 31), CountdownState::Ok);
    assert_eq!(at(Clock::ContractEnd, 30), CountdownState::Soon);
    assert_eq!(at(Clock::ContractEnd, 7), CountdownState::Critical);
    assert_eq!(at(Clock::Ldos, 365), CountdownState::Soon);
    assert_eq!(at(Clock::QuoteValidity, 2), CountdownState::Critical);
    assert_eq!(at(Clock::LastAttach, -1), CountdownState::Ok);
}
