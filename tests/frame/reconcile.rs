//! The Reconcile screen: files chosen, findings worked off with one key each, settled ones stay
//! settled, all of it undone like any other change.

use crate::driver::Driver;
use crate::fixture::today;
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::line::Line;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::ingest::{self, BatchMeta};
use renewdesk::program::Pack;
use renewdesk::ui::input::MouseKind;
use renewdesk::ui::model::Screen;
use std::path::PathBuf;
use tempfile::TempDir;
use uuid::Uuid;

const BOOK: &str = "\
customer,contract_number,serial,instance,pid,service_sku,service_level,quantity,unit_list,start_date,end_date,extended_net,currency
Borealis Foods,200123456,FOC2329X0AB,1001,C9300-24T-E,CON-SNT-C93002TE,8x5xNBD,12,1240.00,2025-12-11,2026-12-10,9300.00,USD
Borealis Foods,200123456,FOC2329X0AC,1002,C9300-48P,CON-SNTP-C930048P,24x7x4,1,1000.00,2025-12-11,2026-12-10,1000.00,USD
Borealis Foods,200123457,FOC2329X0AD,1003,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-12-15,2026-12-14,800.00,USD
Borealis Foods,200123457,FOC2329X0AE,1004,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-12-15,2026-12-14,800.00,USD
Halvorsen AS,200777777,FOC2329X0HV,1009,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-12-15,2026-12-14,800.00,USD
";

/// One end differs, one box moved, one is new and stands twice, one of the book's is missing.
const LIST: &str = "\
Customer,Contract,Serial,Product,Site,End Date
Borealis Foods,200123456,foc2329x0ab,C9300-24T-E,Hall 1,2026-12-10
Borealis Foods,200123456,FOC2329X0AC,C9300-48P=,,2027-03-31
Borealis Foods,200999999,FOC2329X0AD,C9300-48P,,2026-12-14
Borealis Foods,200123456,FOC2329X0ZZ,C9300-48P,Hall 2,2026-12-10
Borealis Foods,200123456,FOC2329X0ZZ,C9300-48P,Hall 2,2026-12-10
";

/// A book as an import of [`BOOK`] makes it.
fn plan() -> ImportPlan {
    let rows = ingest::read(
        BOOK.as_bytes(),
        "lines.csv",
        &Default::default(),
        &mut |_| {},
    );
    let mut next = 0u128;
    let mut ids = || {
        next += 1;
        Uuid::from_u128(next)
    };
    let meta = BatchMeta {
        at: "2026-11-16T08:00:00Z".into(),
    };
    let pack = Pack::shipped();
    let planned = ingest::plan(
        rows.unwrap(),
        &Snapshot::default(),
        &Catalogue::shipped(),
        &pack.rules,
        &mut ids,
        &meta,
        today(),
    );
    planned.unwrap().plan
}

struct Side {
    desk: Driver,
    folder: TempDir,
}

impl Side {
    /// The desk on [`BOOK`], with the Reconcile screen open and a list compared.
    fn new(list: &str) -> Side {
        let folder = tempfile::tempdir().unwrap();
        let mut side = Side {
            desk: Driver::with_plan(plan()),
            folder,
        };
        let path = side.write("list.csv", list);
        side.desk.keys("g d").paste(path.to_str().unwrap());
        side.desk.keys("c");
        side
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn line(&self, serial: &str) -> Option<Line> {
        let book = self.desk.store.snapshot().unwrap();
        book.lines
            .iter()
            .find(|line| line.serial.as_deref() == Some(serial))
    }

    /// Goes to a tab by its name.
    fn tab(&mut self, name: &str) -> &mut Driver {
        self.desk
            .keys("left left left left left left left left left");
        for _ in 0..10 {
            if self.desk.screen().contains(&format!("[{name}")) {
                return &mut self.desk;
            }
            self.desk.keys("right");
        }
        panic!("no tab {name} on\n{}", self.desk.screen());
    }

    fn settled(&self) -> usize {
        let book = self.desk.store.snapshot().unwrap();
        book.settings
            .keys()
            .filter(|key| key.starts_with("reconcile."))
            .count()
    }
}

#[test]
fn days_are_shown_as_on_every_other_screen() {
    let mut side = Side::new(LIST);
    side.desk.sees("end date 10 Dec 26 | 31 Mar 27");
    for tab in ["Disagree 1", "Moved 1", "Only here 2", "Twice 1"] {
        let screen = side.tab(tab).screen();
        assert!(
            !screen.contains("2026-12-") && !screen.contains("2027-"),
            "{screen}"
        );
    }
}

#[test]
fn a_list_is_compared_by_kind_and_nothing_is_written() {
    let mut side = Side::new(LIST);
    let before = side.desk.changes();
    side.desk
        .sees("[Disagree 1]")
        .sees("FOC2329X0AC")
        .sees("31 Mar 27");
    side.desk
        .sees("list.csv row 3")
        .sees("Compared: 6 findings to look at, 0 agree");
    side.tab("Moved 1").sees("200999999");
    side.tab("Only here 2")
        .sees("FOC2329X0ZZ")
        .sees("FOC2329X0AE")
        .sees_not("FOC2329X0HV");
    side.tab("Twice 1").sees("row 6 of list.csv repeats row 5");
    side.tab("Gaps 1").sees("Hall 1");
    side.tab("Files").sees("list.csv (customer list): 5 lines");
    assert_eq!(side.desk.changes(), before);
}

#[test]
fn theirs_is_taken_with_one_key_the_renewal_follows_and_undo_brings_it_back() {
    let mut side = Side::new(LIST);
    let old = side.line("FOC2329X0AC").unwrap();
    side.desk.keys("t");
    side.desk
        .sees("Saved: reconcile FOC2329X0AC: took end date")
        .sees_not("[Disagree 1]");
    let line = side.line("FOC2329X0AC").unwrap();
    assert_eq!(line.end.unwrap().to_string(), "2027-03-31");
    let book = side.desk.store.snapshot().unwrap();
    let ends: Vec<String> = book
        .renewals
        .iter()
        .filter(|renewal| Some(renewal.contract) == line.contract)
        .map(|renewal| renewal.end.to_string())
        .collect();
    assert!(ends.contains(&"2027-03-31".to_string()), "{ends:?}");
    side.desk.keys("ctrl-z");
    assert_eq!(side.line("FOC2329X0AC").unwrap(), old);
    side.tab("Disagree 1").sees("FOC2329X0AC");
    assert_eq!(side.settled(), 0);
}

#[test]
fn a_move_takes_the_line_to_the_other_contract() {
    let mut side = Side::new(LIST);
    side.tab("Moved 1").keys("t");
    let book = side.desk.store.snapshot().unwrap();
    let line = side.line("FOC2329X0AD").unwrap();
    let contract = book.contracts.get(line.contract.unwrap()).unwrap();
    assert_eq!(&*contract.number, "200999999");
    let account = book.accounts.get(line.account).unwrap();
    assert_eq!(&*account.name, "Borealis Foods");
}

#[test]
fn what_only_the_list_has_is_added_and_what_only_the_book_has_cannot_be_taken() {
    let mut side = Side::new(LIST);
    side.tab("Only here 2").keys("t");
    side.desk.sees("nothing to take");
    side.desk.keys("j t");
    side.desk.sees("FOC2329X0ZZ: added to the book");
    let line = side.line("FOC2329X0ZZ").unwrap();
    assert_eq!(line.pid.as_deref(), Some("C9300-48P"));
    assert_eq!(line.end.unwrap().to_string(), "2026-12-10");
    side.tab("Only here 1");
    side.desk
        .keys("right left")
        .sees_not("FOC2329X0ZZ    C9300");
    let before = side.desk.changes();
    side.desk.keys("ctrl-z");
    assert!(side.line("FOC2329X0ZZ").is_none());
    assert_eq!(side.desk.changes(), before + 1);
}

#[test]
fn kept_ignored_and_put_off_findings_leave_the_list_and_stay_away() {
    let mut side = Side::new(LIST);
    side.desk.keys("m");
    side.desk.sees("FOC2329X0AC: ours kept");
    side.tab("Twice 1").keys("x");
    side.tab("Moved 1").keys("d");
    side.desk.sees("asked again");
    assert_eq!(side.settled(), 3);
    // the same file once more, as after a restart
    side.desk.keys("c");
    side.tab("Settled 3").sees("FOC2329X0AC").sees("ours kept");
    side.desk
        .sees_not("Disagree 1")
        .sees_not("Moved 1")
        .sees_not("Twice 1")
        .sees("Compared: 3 findings to look at, 0 agree, 3 settled before");
    side.desk.keys("u");
    assert_eq!(side.settled(), 2);
    side.desk.keys("ctrl-z");
    assert_eq!(side.settled(), 3);
}

#[test]
fn a_list_that_says_something_else_asks_again() {
    let mut side = Side::new(LIST);
    side.desk.keys("m");
    side.write("list.csv", &LIST.replace("2027-03-31", "2027-06-30"));
    side.desk.keys("c");
    side.desk.sees("[Disagree 1]").sees("30 Jun 27");
}

#[test]
fn what_was_put_off_comes_back_after_a_week() {
    let mut side = Side::new(LIST);
    side.desk.keys("d");
    side.desk.sees_not("Disagree 1");
    let later = today() + chrono::Days::new(7);
    side.desk.send(renewdesk::ui::msg::Msg::Day {
        today: later,
        backwards: false,
    });
    side.tab("Disagree 1").sees("FOC2329X0AC");
}

#[test]
fn enter_goes_to_the_contract() {
    let mut side = Side::new(LIST);
    side.desk.keys("enter");
    assert_eq!(side.desk.model.screen, Screen::Pipeline);
    side.desk.sees("200123456");
}

#[test]
fn findings_are_exported_to_a_new_file_only() {
    let mut side = Side::new(LIST);
    let to = side.folder.path().join("out.csv");
    side.desk
        .keys("e")
        .sees("a file that exists is not replaced");
    side.desk.types(to.to_str().unwrap()).keys("enter");
    side.desk.sees("Written:");
    let written = std::fs::read_to_string(&to).unwrap();
    assert!(
        written.contains("FOC2329X0AC") && written.contains("2027-03-31"),
        "{written}"
    );
    side.desk
        .keys("e")
        .types(to.to_str().unwrap())
        .keys("enter");
    assert!(
        side.desk.status().contains("exists"),
        "{}",
        side.desk.status()
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_quality_stays() {
    let mut side = Side::new(LIST);
    side.tab("Files");
    let missing = side.folder.path().join("missing.csv");
    side.desk
        .keys("home enter")
        .types(missing.to_str().unwrap())
        .keys("enter c");
    side.desk.sees("[Files]").sees("No such file");
    side.tab("Quality 95")
        .sees("The whole book")
        .sees("renewal without owner");
}

#[test]
fn the_quality_of_a_customer_is_explained_and_leads_to_its_renewals() {
    let mut side = Side::new(LIST);
    side.tab("Quality 95").keys("j");
    side.desk
        .sees("Borealis Foods")
        .sees("give the renewal an owner");
    side.desk.keys("enter");
    assert_eq!(side.desk.model.screen, Screen::Pipeline);
    side.desk.sees("Borealis Foods").sees_not("Halvorsen");
}

#[test]
fn another_window_that_changed_the_line_is_not_overwritten() {
    use renewdesk::domain::command::{Command, Stamp};
    use renewdesk::store::{OpenMode, Store};
    let mut side = Side::new(LIST);
    let mut line = side.line("FOC2329X0AC").unwrap();
    line.premium = Some(true);
    let mut other = Store::open(side.desk.store.path(), &OpenMode::ReadWrite).unwrap();
    let stamp = Stamp {
        at: Default::default(),
        today: today(),
        actor: "B".into(),
    };
    let flags = Command::SetLineFlags {
        line: Box::new(line.clone()),
    };
    other.apply(&flags, "premium", &stamp).unwrap();
    side.desk.keys("t");
    assert!(
        side.desk.status().contains("another window"),
        "{}",
        side.desk.status()
    );
    assert_eq!(side.line("FOC2329X0AC").unwrap(), line);
}

#[test]
fn text_of_a_list_cannot_drive_the_terminal() {
    let hostile = LIST
        .replace("Hall 1", "H\u{1b}[31m\u{202e}all")
        .replace("200999999", "2\u{7}009");
    let mut side = Side::new(&hostile);
    for tab in ["Gaps 1", "Moved 1", "Only here 2", "Files"] {
        let screen = side.tab(tab).screen();
        let bad = |c: char| c != '\n' && renewdesk::domain::text::is_unsafe(c);
        assert!(!screen.chars().any(bad), "{tab}: {screen:?}");
    }
    let to = side.folder.path().join("out.csv");
    side.desk
        .keys("e")
        .types(to.to_str().unwrap())
        .keys("enter");
    let written = std::fs::read_to_string(&to).unwrap();
    assert!(
        !written.contains(['\u{1b}', '\u{202e}', '\u{7}']),
        "{written:?}"
    );
}

#[test]
fn what_the_screen_looks_like() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut side = Side::new(LIST);
        side.desk.resize(columns, rows);
        insta::assert_snapshot!(format!("reconcile_{columns}x{rows}"), side.desk.picture());
        side.tab("Quality 95").keys("j");
        insta::assert_snapshot!(format!("quality_{columns}x{rows}"), side.desk.picture());
    }
}

#[test]
fn a_click_on_a_tab_shows_it() {
    let mut side = Side::new(LIST);
    for (name, shown) in [("Twice 1", "[Twice 1]"), ("Quality", "[Quality")] {
        let screen = side.desk.screen();
        let mut rows = screen.lines().enumerate();
        let (y, row) = rows.find(|(_, row)| row.contains(name)).unwrap();
        let x = row[..row.find(name).unwrap()].chars().count();
        side.desk
            .mouse(MouseKind::Click, x as u16, y as u16)
            .sees(shown);
    }
}
