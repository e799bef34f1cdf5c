//! How sure the score is, on the desk: asked for in the background, never waited for.

use crate::driver::Driver;
use crate::quote::{plain, quoting, to_column};
use renewdesk::ui::msg::Msg;
use renewdesk::ui::pane::forecast::Drawn;
use renewdesk::ui::screen::quote::Column;

#[test]
fn a_key_in_a_quote_never_waits_for_the_forecast() {
    let mut desk = quoting(120, 36, plain);
    let asked = |desk: &Driver| {
        let asked = desk.asked.iter().filter(|e| e.starts_with("Forecast"));
        asked.count()
    };
    // it does not come back: the desk goes on as if nothing was asked
    let before = asked(&desk);
    assert!(before > 0);
    desk.keys("'9'");
    assert_eq!(asked(&desk), before + 1);
    let first = desk.screen();
    desk.keys("'9'");
    assert_eq!(asked(&desk), before + 2);
    assert_ne!(desk.screen(), first);
    assert!(!desk.screen().contains("P("));
    // nothing is asked twice
    desk.rest();
    assert_eq!(asked(&desk), before + 2);
}

/// The number of the newest question.
fn newest(desk: &Driver) -> u64 {
    let asked = desk.asked.iter().rev();
    let number = asked.filter_map(|effect| effect.strip_prefix("Forecast ")?.parse().ok());
    number.max().expect("something was asked")
}

#[test]
fn the_quote_says_what_it_does_to_the_chance_of_an_edge() {
    let mut desk = quoting(160, 45, plain);
    desk.draws = Some(64);
    to_column(&mut desk, Column::Quantity);
    desk.keys("'3' '7' enter up");
    let book = desk.desk().forecasts.book.clone().expect("drawn");
    assert_eq!(book.terms.draws, 64);
    assert_eq!(desk.desk().forecasts.trouble(), None);
    assert!(!desk.screen().contains("P("), "kept as the book has it");
    desk.draws = None;
    desk.keys("'9'");
    let mut with = (*book).clone();
    let at = with.months.iter().position(|m| &**m == "FY27M6").unwrap();
    let spread = &mut with.portfolios[0].months[at];
    let (edge, before) = spread.reached[1];
    let after = if before > 32 { 16 } else { 48 };
    spread.reached[1].1 = after;
    let answer = |ticket: u64| {
        Msg::Forecast(Box::new(Drawn {
            ticket,
            quote: Some(desk.model.quote.sheet().unwrap().kept.id),
            outcome: Ok(with.clone()),
        }))
    };
    let (late, right) = (answer(newest(&desk) - 1), answer(newest(&desk)));
    // an answer to an older key is not shown
    desk.send(late);
    desk.rest();
    assert!(!desk.screen().contains("P("));
    desk.send(right);
    desk.rest();
    let line = desk.line("P(");
    assert!(line.contains(&format!("P(Net >= {edge})")), "{line}");
    assert!(
        line.contains(&format!(" → {} %", after * 100 / 64)),
        "{line}"
    );
}

#[test]
fn the_fan_has_its_edges_and_says_whose_odds_it_is_drawn_by() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut desk = Driver::demo(900, columns, rows);
        desk.draws = Some(64);
        desk.keys("g v 4");
        desk.sees("10-90 %").sees("P(>= 7.5)").sees("5.0 ┄");
        desk.sees("▀ median  ░ 10-90 %  ┄ score edge");
        if rows > 24 {
            desk.sees("odds: pack");
        }
        desk.keys("w i").sees("Odds of the forecast");
        desk.sees("the pack expects");
    }
}
