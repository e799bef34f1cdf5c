//! A quote as a whole on the desk: targets, one end, scenarios, what is held, going out, documents.

use crate::driver::Driver;
use crate::quote::{line, plain, quoting, sheet, to_column};
use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use renewdesk::domain::quote::QuoteStatus;
use renewdesk::export::document::Kind;
use renewdesk::ui::screen::quote::Column;
use std::cell::RefCell;

#[test]
fn a_total_typed_is_seen_before_it_is_kept_and_is_exact() {
    let mut desk = quoting(160, 45, plain);
    let net = sheet(&desk).totals.net;
    desk.keys("T");
    desk.sees("Target of Q-");
    desk.text("sell 12345.67");
    desk.sees("→ 12,345.67 over ").sees("margin then ");
    assert_ne!(sheet(&desk).totals.sell.to_string(), "12345.67");
    desk.keys("enter");
    assert_eq!(sheet(&desk).totals.sell.to_string(), "12345.67");
    assert_eq!(sheet(&desk).totals.net, net);
    desk.keys("ctrl-z");
    assert_ne!(sheet(&desk).totals.sell.to_string(), "12345.67");
}

#[test]
fn a_bare_amount_is_what_the_customer_pays() {
    let mut desk = quoting(120, 36, plain);
    desk.keys("T");
    desk.text("20000.01");
    desk.keys("enter");
    desk.sees("20,000.01");
}

#[test]
fn what_is_no_target_says_what_is_one() {
    let mut desk = quoting(160, 45, plain);
    desk.keys("T");
    desk.text("much");
    desk.sees("Type what and how much");
    desk.keys("enter");
    desk.sees("Target of Q-");
    desk.keys("esc T");
    desk.text("services 11");
    desk.sees("A score is from 0 to 10");
}

#[test]
fn a_locked_line_stays_when_a_total_is_spread() {
    let mut desk = quoting(160, 45, plain);
    let first = line(&desk, 0);
    desk.keys("U");
    desk.sees("1 locked");
    desk.keys("T");
    desk.text("margin 27");
    desk.keys("enter");
    assert_eq!(line(&desk, 0), first);
    assert_ne!(line(&desk, 1).sell, first.sell);
}

#[test]
fn with_the_customers_price_held_a_discount_moves_the_margin() {
    let mut desk = quoting(200, 45, plain);
    let before = sheet(&desk).totals.sell;
    desk.keys("K");
    desk.sees("customer's price held");
    to_column(&mut desk, Column::Discount);
    desk.text("61");
    desk.keys("enter");
    assert_eq!(sheet(&desk).totals.sell, before);
    assert!(sheet(&desk).priced[0].margin_pct.unwrap() > 0.into());
}

#[test]
fn an_extended_price_can_be_typed() {
    let mut desk = quoting(200, 45, plain);
    to_column(&mut desk, Column::ExtendedNet);
    desk.text("1000.01");
    desk.keys("enter");
    assert_eq!(
        sheet(&desk).priced[0].extended_net.unwrap().to_string(),
        "1000.01"
    );
}

#[test]
fn the_ends_lines_could_share_are_listed_with_what_they_do() {
    let mut desk = quoting(160, 45, plain);
    desk.keys("J");
    desk.sees("One end for Q-")
        .sees("latest end")
        .sees("24 months")
        .sees("net ")
        .sees("another day")
        .sees("days gained")
        .sees("days lost")
        .sees("by line, most lost first");
    desk.text("another");
    desk.keys("enter");
    desk.text("2027-06-30");
    desk.sees("30 Jun 27: net ").sees(" d");
    desk.keys("enter");
    desk.sees("30 Jun 27 by line, most lost first")
        .sees(" d  from ");
    desk.keys("enter");
    let ends = sheet(&desk)
        .kept
        .lines
        .iter()
        .map(|line| line.end.to_string());
    let ends: Vec<String> = ends.collect();
    assert!(ends.iter().all(|end| end == "2027-06-30"), "{ends:?}");
    desk.keys("ctrl-z");
    assert_ne!(line(&desk, 0).end.to_string(), "2027-06-30");
}

#[test]
fn what_an_end_does_to_each_line_is_seen_before_one_is_chosen_and_scrolls() {
    let mut desk = quoting(80, 24, plain);
    let before = sheet(&desk).kept.clone();
    desk.keys("J down");
    let shown = desk.line("by line, most lost first").to_string();
    desk.keys("down");
    desk.sees("by line, most lost first");
    assert_ne!(desk.line("by line, most lost first"), shown, "another end");
    if before.lines.len() > 6 {
        desk.sees("1 to ").sees("PgDn");
        desk.keys("pgdn");
        assert!(!desk.line("by line, most lost first").contains(" 1 to "));
    }
    desk.keys("esc");
    assert_eq!(sheet(&desk).kept, before, "looking changes nothing");
}

#[test]
fn licences_are_averaged_from_the_list_of_ends_and_the_price_stays() {
    let mut desk = Driver::demo(300, 120, 36);
    desk.import(
        "2026-11-22",
        "licences.csv",
        "customer,subscription_id,pid,quantity,unit_list,list_years,start_date,end_date,extended_net,currency\n\
         Acme,Sub77001,LIC-ENT-1YR,2,100.00,1,2026-01-01,2026-12-31,200.00,USD\n\
         Acme,Sub77001,LIC-MX85-SEC-1YR,1,300.00,1,2026-01-01,2026-12-31,300.00,USD\n",
    );
    desk.keys("g p /");
    desk.text("Sub77001");
    desk.keys("enter enter g q");
    to_column(&mut desk, Column::End);
    desk.text("2028-12-30");
    desk.keys("enter");
    let before = sheet(&desk).totals.clone();
    desk.keys("J");
    desk.text("licence average");
    desk.sees("net stays ").sees("shared days");
    desk.keys("enter");
    let after = sheet(&desk).totals.clone();
    assert_eq!((after.net, after.sell), (before.net, before.sell));
    let ends = sheet(&desk)
        .kept
        .lines
        .iter()
        .map(|line| line.end.to_string());
    // 730 days at 2 × 100.00 a year and 365 at 300.00: 511 days both
    assert_eq!(ends.collect::<Vec<_>>(), ["2028-05-25", "2028-05-25"]);
}

#[test]
fn a_scenario_is_kept_seen_beside_the_quote_and_put_back() {
    let mut desk = quoting(160, 45, plain);
    let before = sheet(&desk).totals.clone();
    desk.keys("S enter");
    desk.text("as drafted");
    desk.keys("enter T");
    desk.text("margin 40");
    desk.keys("enter S");
    desk.sees("Use: as drafted");
    desk.text("Side");
    desk.keys("enter");
    desk.sees("and its scenarios")
        .sees(" *")
        .sees("PVI Services");
    desk.keys("esc S");
    desk.text("as drafted");
    desk.keys("enter");
    assert_eq!(sheet(&desk).totals, before);
}

#[test]
fn below_the_floor_it_goes_out_only_with_a_note() {
    let mut desk = quoting(200, 45, plain);
    to_column(&mut desk, Column::Margin);
    desk.text("-5");
    desk.keys("enter");
    desk.sees("1 below floor, needs approval");
    desk.keys("M");
    desk.sees("is below the floor");
    desk.keys("enter");
    desk.sees("An approval needs a note");
    desk.text("MD-17");
    desk.keys("enter");
    desk.sees("1 below floor, approved");
    desk.keys("M");
    assert_eq!(sheet(&desk).kept.status, QuoteStatus::Sent);
    desk.keys("M");
    desk.sees("is out already");
}

#[test]
fn documents_are_offered_with_a_name_and_made_from_what_is_on_the_screen() {
    let mut desk: Driver = quoting(160, 45, plain);
    desk.keys("p");
    for (kind, _) in Kind::ALL {
        desk.sees(kind.title());
    }
    desk.keys("enter");
    desk.sees("For:      nobody named")
        .sees("Summary:  by contract");
    desk.keys("enter");
    desk.sees("_v1_").sees(".pdf");
    desk.keys("ctrl-a");
    desk.text("x.docx");
    desk.sees("End the name in .pdf or .xlsx");
    desk.keys("esc E");
    desk.keys("enter");
    desk.sees("Mail draft").sees(".eml");
    desk.keys("enter");
    assert!(desk.asked.iter().any(|asked| asked.starts_with("Document")));
}

#[test]
fn a_customers_document_says_for_whom_it_is_and_is_added_up_as_asked() {
    let mut desk: Driver = quoting(160, 45, plain);
    desk.keys("E 2");
    desk.text("Dr. L. Senn");
    desk.keys("enter 3");
    desk.text("site");
    desk.keys("enter");
    desk.text("level");
    desk.keys("enter enter 4");
    desk.text("senn at home");
    desk.sees("This is no mail address");
    desk.keys("ctrl-a");
    desk.text("l.senn@customer.example");
    desk.keys("enter");
    desk.sees("For:      Dr. L. Senn")
        .sees("Summary:  by site, then level")
        .sees("Mail to:  l.senn@customer.example");
    desk.keys("enter enter");
    let asked = desk
        .asked
        .iter()
        .find(|asked| asked.starts_with("Document"));
    let asked = asked.expect("it is asked for");
    for said in ["Dr. L. Senn", "[Site, Level]", "l.senn@customer.example"] {
        assert!(asked.contains(said), "{asked}");
    }
}

#[test]
fn of_many_scenarios_a_person_chooses_which_stand_side_by_side() {
    let mut desk = quoting(160, 45, plain);
    for name in ["one", "two", "three", "four"] {
        desk.keys("S enter");
        desk.text(name);
        desk.keys("enter");
    }
    desk.keys("S 2");
    desk.sees("Beside Q-");
    desk.text("one");
    desk.keys("enter");
    desk.sees("Show them");
    desk.text("four");
    desk.keys("enter enter");
    let heads = desk.line("four");
    assert!(heads.contains("one") && heads.contains("four"), "{heads}");
    assert!(
        !heads.contains("two") && !heads.contains("three"),
        "{heads}"
    );
}

#[test]
fn marked_lines_are_edited_together_after_every_cell_was_shown_and_in_one_step() {
    let mut desk = quoting(200, 45, plain);
    to_column(&mut desk, Column::Discount);
    desk.keys("ctrl-a b");
    let before = sheet(&desk).kept.clone();
    desk.sees(&format!("Edit {} lines of Q-", before.lines.len()));
    desk.text("40");
    desk.sees("no field is named");
    desk.keys("ctrl-a");
    desk.text("discount =x+1.5");
    desk.sees("change: net");
    desk.keys("enter");
    desk.sees("New discount of").sees("line 1");
    desk.keys("2 down");
    assert_eq!(sheet(&desk).kept, before, "nothing is written before Enter");
    desk.keys("esc");
    assert_eq!(sheet(&desk).kept, before);
    desk.keys("b ctrl-a");
    desk.text("qty 3");
    desk.keys("enter enter");
    let after = &sheet(&desk).kept;
    assert!(
        after
            .lines
            .iter()
            .all(|line| line.quantity.to_string() == "3")
    );
    assert_eq!(after.version, before.version + 1);
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines, "one undo for all");
}

#[test]
fn a_bulk_edit_says_which_lines_stay_and_why() {
    let mut desk = quoting(200, 45, plain);
    desk.keys("ctrl-a b ctrl-a");
    desk.text("end 2001-01-01");
    desk.sees("line 1: ").sees("lies before the start");
    desk.keys("enter");
    desk.sees("Edit ");
    desk.keys("ctrl-a");
    desk.text("portfolio Security");
    desk.sees("Space picks a portfolio");
}

/// Whatever is pasted wherever, one undo brings every line back as it was, and a second does nothing to them.
#[test]
fn paste_then_undo_is_identity() {
    let cell = prop::sample::select(vec![
        "1",
        "40",
        "0",
        "-5",
        "abc",
        "",
        "+1y",
        "=2*3",
        "12,5",
        "37.5%",
        "2028-12-31",
        "yes",
        "1,240.50",
        "CON-SNT-X",
        "\u{202e}7",
    ]);
    let block = prop::collection::vec(prop::collection::vec(cell, 2..6), 1..6);
    let desk = RefCell::new(quoting(80, 24, plain));
    let whole = sheet(&desk.borrow()).kept.clone();
    let changed = RefCell::new(0);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(16));
    let law = |(block, right, down): (Vec<Vec<&str>>, usize, usize)| {
        let mut desk = desk.borrow_mut();
        let before = sheet(&desk).kept.clone();
        desk.keys("ctrl-home home");
        for _ in 0..right {
            desk.keys("right");
        }
        for _ in 0..down {
            desk.keys("down");
        }
        let rows: Vec<String> = block.iter().map(|row| row.join("\t")).collect();
        desk.paste(&rows.join("\n"));
        desk.sees("Paste: ").keys("enter");
        if sheet(&desk).kept != before {
            *changed.borrow_mut() += 1;
            desk.keys("ctrl-z");
        }
        prop_assert_eq!(&sheet(&desk).kept.lines, &whole.lines);
        Ok(())
    };
    runner.run(&(block, 0usize..18, 0usize..9), law).unwrap();
    assert!(*changed.borrow() > 2, "some blocks hold values");
}

#[test]
fn a_bulk_edit_leaves_what_is_held_as_typing_in_a_cell_does() {
    let mut desk = quoting(200, 45, plain);
    let before = sheet(&desk).totals.sell;
    desk.keys("K");
    desk.sees("customer's price held");
    desk.keys("ctrl-a b ctrl-a");
    desk.text("discount 61");
    desk.keys("enter enter");
    assert_eq!(sheet(&desk).totals.sell, before);
    assert!(
        sheet(&desk)
            .priced
            .iter()
            .all(|line| line.margin_pct.unwrap() > 0.into())
    );
}

/// The command line laid a vendor's file beside the lines; the desk had no way to.
#[test]
fn a_vendors_file_is_seen_line_by_line_before_its_prices_are_taken() {
    let mut desk = quoting(160, 45, plain);
    let before = sheet(&desk).kept.clone();
    let (asked, last) = before.lines.split_at(before.lines.len() - 1);
    let mut file = "serial,pid,quantity,start_date,end_date,extended_net,currency\n".to_string();
    for line in asked {
        let (serial, pid) = (
            line.serial.as_deref().unwrap(),
            line.pid.as_deref().unwrap(),
        );
        let row = format!(
            "{serial},{pid},{},{},{},100.01,USD\n",
            line.quantity, line.start, line.end
        );
        file.push_str(&row);
    }
    file.push_str("FOC9999ZZZZ,C9300-48P-A,1,2027-01-01,2027-12-31,5.00,USD\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vendor.csv");
    std::fs::write(&path, file).unwrap();
    desk.keys("I");
    desk.sees("Vendor's quote for Q-");
    desk.text(path.to_str().unwrap());
    desk.keys("enter");
    desk.sees(&format!("Enter takes the prices of {} lines", asked.len()))
        .sees(" → 100.01")
        .sees("not answered by the file")
        .sees("answers no line of the quote");
    assert_eq!(sheet(&desk).kept, before, "looking changes nothing");
    desk.keys("enter");
    for row in 0..asked.len() {
        let net = sheet(&desk).priced[row].extended_net.unwrap();
        assert_eq!(net.to_string(), "100.01");
    }
    assert_eq!(line(&desk, asked.len()), last[0]);
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
    let first = &before.lines[0];
    let (serial, pid) = (
        first.serial.as_deref().unwrap(),
        first.pid.as_deref().unwrap(),
    );
    let bare = format!(
        "serial,pid,end_date,extended_net,Vendor quote,Valid until\n{serial},{pid},{},,VQ-77,2026-12-15\n",
        first.end
    );
    std::fs::write(&path, bare).unwrap();
    desk.keys("I");
    desk.text(path.to_str().unwrap());
    desk.keys("enter");
    desk.sees("no price in the file: its price stays");
    desk.sees("VQ-77").sees("prices hold to");
    desk.keys("enter");
    let until = sheet(&desk).kept.valid_until;
    assert_eq!(until, NaiveDate::from_ymd_opt(2026, 12, 15));
    assert_eq!(sheet(&desk).kept.lines, before.lines);
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.valid_until, before.valid_until);
    desk.keys("I");
    desk.text("nowhere.csv");
    desk.keys("enter");
    desk.sees("No such file");
}
