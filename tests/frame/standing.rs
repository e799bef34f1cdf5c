//! Where customers stand: white space, adoption, and what waits at the customers of the pipeline.

use crate::driver::Driver;
use crate::fixture::{ROWS, day, plan};
use renewdesk::domain::adoption::Adoption;
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::ids::{AdoptionId, LineId};
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::ui::theme::{Look, ThemeName};
use uuid::Uuid;

/// The fixture's customers with lines in several portfolios and currencies, and use cases.
fn book() -> ImportPlan {
    let mut plan = plan(&ROWS);
    let names = ["Security", "Collaboration", "Splunk", "Cloud & AI"];
    for at in 0..plan.put_lines.len() {
        let mut line = plan.put_lines[at].clone();
        // every third line is of another portfolio, of some customers in yens
        if at % 3 == 1 {
            line.product_portfolio = Portfolio::named(names[at / 3 % names.len()]);
        }
        if at % 7 == 3 {
            let mut more = line.clone();
            more.id = LineId(500 + at as u32);
            more.serial = Some(format!("JPN{at}").into());
            more.instance = None;
            more.currency = "JPY".parse().ok();
            plan.put_lines.push(more);
        }
        plan.put_lines[at] = line;
    }
    for (at, stage, since) in [
        (0, "onboard", "2026-03-01"),
        (2, "implement", "2026-11-01"),
        (3, "use", "2026-02-01"),
        (5, "complete", "2025-11-01"),
        (10, "adopt", "2026-01-31"),
    ] {
        plan.put_adoption.push(Adoption {
            id: AdoptionId(Uuid::from_u128(900 + at as u128)),
            account: plan.put_accounts[at].id,
            offer: "Catalyst Center".into(),
            use_case: "Network onboarding".into(),
            stage: stage.into(),
            adoption_pct: Some((10 * at as u32 + 5).into()),
            usage_pct: None,
            seen: None,
            open_actions: None,
            origin: None,
            since: Some(day(since)),
        });
    }
    plan
}

fn shot(name: &str, keys: &str) {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut desk = Driver::with_plan(book());
        desk.resize(columns, rows).keys(keys);
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), desk.picture());
    }
}

#[test]
fn whitespace() {
    shot("whitespace", "g w right right right j");
}

#[test]
fn adoption() {
    shot("adoption", "g a j");
}

#[test]
fn plays_of_a_customer() {
    shot("plays", "j j e");
}

#[test]
fn ascii_and_mono_say_the_same() {
    for keys in ["g w right right", "g a"] {
        let mut desk = Driver::with_plan(book());
        desk.model.look = Look::new(ThemeName::Mono, true);
        desk.resize(80, 24).keys(keys);
        let text = desk.screen();
        assert!(text.is_ascii() || text.contains("株"), "{text}");
        insta::assert_snapshot!(format!("mono_{}", &keys[2..3]), desk.picture());
    }
}

#[test]
fn a_book_without_anything_says_what_to_import() {
    let mut desk = Driver::with_plan(ImportPlan::default());
    desk.keys("g w")
        .sees("No customer has a live line")
        .sees("g i");
    desk.keys("3")
        .sees("No adoption state is known")
        .sees("PX Cloud lifecycle");
    desk.keys("enter")
        .sees("there is no use case under the cursor");
    desk.keys("2 enter")
        .sees("there is no customer under the cursor");
}
