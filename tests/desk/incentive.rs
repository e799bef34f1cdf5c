//! The incentive on the desk: a renewal's line, the quote's line while it is typed, the arithmetic,
//! loading rates from the palette. Invented rates are labelled wherever an amount stands.

use crate::driver::{Driver, demo_plan};
use crate::quote::{plain, quoting, to_column};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use renewdesk::ui::canvas::Canvas;
use renewdesk::ui::page::Page;
use renewdesk::ui::pane::incentive;
use renewdesk::ui::screen::quote::Column;
use renewdesk::ui::theme::{Look, ThemeName};

/// A demo book whose rates were taken out again: what a book without rates looks like.
fn without_rates() -> Driver {
    let mut plan = demo_plan(400);
    plan.put_rates.clear();
    plan.put_groups.clear();
    Driver::with(plan, 200, 60)
}

fn palette(desk: &mut Driver, name: &str) {
    desk.keys(":");
    desk.text(name);
    desk.keys("enter");
}

fn table(desk: &Driver, columns: u16) -> String {
    let area = Rect::new(0, 0, columns, incentive::height(desk.desk()));
    let (mut buffer, mut page) = (Buffer::empty(area), Page::new(area));
    let look = Look::new(ThemeName::Dark, false);
    let mut canvas = Canvas::new(&mut page, look);
    incentive::view(&mut canvas, area, desk.desk());
    page.onto(&mut buffer);
    let rows = (0..area.height).map(|y| {
        let cells = (0..area.width).map(|x| buffer[(x, y)].symbol().to_string());
        cells.collect::<String>().trim_end().to_string()
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_renewal_says_what_is_at_stake_and_every_amount_is_labelled() {
    let mut desk = Driver::demo(400, 200, 60);
    desk.keys("g p");
    let screen = desk.screen();
    let line = screen.lines().find(|line| line.contains("CPI")).unwrap();
    assert!(line.contains("USD"), "{screen}");
    assert!(screen.contains("DEMO RATE"), "{screen}");
    palette(&mut desk, "Incentive of this renewal");
    let screen = desk.screen();
    for text in ["gate ×", "DEMO RATE: invented", "together", "waiting"] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
}

#[test]
fn without_rates_no_screen_shows_an_amount() {
    let mut desk = without_rates();
    desk.keys("g p");
    let screen = desk.screen();
    assert!(screen.contains("rates not loaded"), "{screen}");
    assert!(!screen.contains("DEMO RATE"), "{screen}");
    palette(&mut desk, "Incentive of this renewal");
    let screen = desk.screen();
    assert!(screen.contains("rates not loaded"), "{screen}");
    assert!(!screen.contains(" USD ("), "{screen}");
    let table = table(&desk, 100);
    assert!(table.contains("rates not loaded"), "{table}");
}

#[test]
fn the_quote_says_what_it_pays_while_it_is_typed() {
    let mut desk = quoting(200, 60, plain);
    let pays = |desk: &mut Driver| {
        let line = desk.line("CPI ");
        line.get(line.find("CPI ").unwrap()..).unwrap().to_string()
    };
    let before = pays(&mut desk);
    assert!(
        before.contains("USD (renew") && before.contains("DEMO RATE"),
        "{before}"
    );
    // nearly everything off the first line: less is renewed, so less is paid
    to_column(&mut desk, Column::Discount);
    desk.keys("'9' '9'");
    let typed = pays(&mut desk);
    assert_ne!(before, typed);
    assert!(typed.contains("DEMO RATE"), "{typed}");
    desk.keys("esc");
    assert_eq!(before, pays(&mut desk), "forgotten with Esc");
    palette(&mut desk, "Incentive of this renewal");
    desk.sees("as typed");
}

#[test]
fn rates_are_loaded_from_the_palette_and_faults_are_told() {
    let mut desk = without_rates();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rates.csv");
    let rows = "component,gsp,region,column,rate_pct,from\n\
                renew,*,AMER,partner,11.11,2026-01-01\n\
                renew,*,AMER,preferred,22.22,2026-01-01\n";
    std::fs::write(&path, rows.replace("renew", "renw")).unwrap();
    let name = path.to_str().unwrap().to_string();
    palette(&mut desk, "Load incentive rates");
    desk.text(&name);
    desk.keys("enter");
    let screen = desk.screen();
    assert!(screen.contains("Nothing was loaded: 2 faults"), "{screen}");
    assert!(screen.contains("row 2, column component"), "{screen}");
    desk.keys("esc");
    std::fs::write(&path, rows).unwrap();
    palette(&mut desk, "Load incentive rates");
    desk.text(&name);
    desk.keys("enter");
    desk.sees("incentive rates.csv: 2 rates");
    desk.keys("g p");
    let screen = desk.screen();
    assert!(screen.contains("CPI"), "{screen}");
    assert!(!screen.contains("rates not loaded"), "{screen}");
    desk.keys("ctrl-z");
    assert!(
        desk.screen().contains("rates not loaded"),
        "{}",
        desk.screen()
    );
}

#[test]
fn the_table_of_portfolios_labels_its_columns_and_never_cuts_a_figure() {
    let desk = Driver::demo(400, 120, 36);
    for columns in [70, 100, 160] {
        let table = table(&desk, columns);
        let head = table.lines().next().unwrap();
        assert!(head.contains("Pays DEMO RATE"), "{table}");
        assert!(head.contains("Lost when late DEMO RATE"), "{table}");
        assert!(!table.contains('#'), "{table}");
        assert!(table.contains("USD"), "{table}");
    }
}
