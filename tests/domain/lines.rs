//! The packed lines of a book against a map that keeps every line as it came.

use crate::any::{bare, line};
use proptest::prelude::*;
use proptest::sample::Index;
use renewdesk::domain::ids::{ContractId, LineId};
use renewdesk::domain::line::Line;
use renewdesk::domain::lines::{Lines, Room};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The decimals of a line to the last digit: 1.0 and 1.00 are equal as numbers and differ here, and
/// so do zero and a zero with a sign.
fn exact(line: &Line) -> [Option<[u8; 16]>; 6] {
    let prices = [
        line.unit_list,
        line.prorated_list,
        line.discount_pct,
        line.extended_net,
    ];
    let [list, prorated, discount, net] = prices.map(|price| price.map(|p| p.serialize()));
    let [quantity, years] = [line.quantity, line.list_years].map(|count| Some(count.serialize()));
    [list, prorated, discount, net, quantity, years]
}

/// The same lines in a form that is not clever.
#[derive(Clone, Default)]
struct Model {
    lines: BTreeMap<LineId, Line>,
    /// Highest number that was ever given.
    last: u32,
}

impl Model {
    fn put(&mut self, line: Line) {
        self.last = self.last.max(line.id.0);
        self.lines.insert(line.id, line);
    }

    /// Where the packed lines differ from these.
    fn differs(&self, packed: &Lines) -> Option<String> {
        let all: Vec<Line> = packed.iter().collect();
        if !all.iter().eq(self.lines.values()) {
            return Some("the lines, in order".to_string());
        }
        for (own, line) in all.iter().zip(self.lines.values()) {
            let names = (own.serial.as_deref(), own.pid.as_deref());
            let mut room = Room::default();
            let found = packed.names(line.id, &mut room);
            if found != Some(names) {
                return Some(format!("{found:?} for {names:?}"));
            }
            if exact(own) != exact(line) || packed.get(line.id).as_ref() != Some(own) {
                return Some(format!("line {}", line.id));
            }
        }
        let counted = (packed.len(), packed.is_empty(), packed.next_id());
        if counted != (all.len(), all.is_empty(), LineId(self.last + 1)) {
            return Some(format!("{counted:?}"));
        }
        if !packed.ids().eq(self.lines.keys().copied()) {
            return Some("the numbers".to_string());
        }
        let beyond = (0..self.last + 3).map(LineId);
        let mut free = beyond.filter(|id| !self.lines.contains_key(id));
        let ghost = free.find(|id| packed.contains(*id) || packed.get(*id).is_some());
        ghost.map(|id| format!("{id} is not in the book"))
    }
}

/// One thing done to one of the copies.
#[derive(Clone, Debug)]
enum Step {
    /// Adds or replaces a line: which of the lines at hand, under which number.
    Put(Index, u32),
    /// Puts back what was just read, with one field changed.
    Touch(u32),
    Remove(u32),
    Reserve(u32),
    /// Goes on with a copy beside the original.
    Copy,
}

fn step() -> impl Strategy<Value = Step> {
    let number = || 1u32..24;
    prop_oneof![
        6 => (any::<Index>(), number()).prop_map(|(which, number)| Step::Put(which, number)),
        2 => number().prop_map(Step::Touch),
        3 => number().prop_map(Step::Remove),
        1 => number().prop_map(Step::Reserve),
        2 => Just(Step::Copy),
    ]
}

fn take(step: &Step, lines: &[Line], packed: &mut Lines, model: &mut Model) {
    match step {
        Step::Put(which, number) => {
            let line = Line {
                id: LineId(*number),
                ..which.get(lines).clone()
            };
            packed.put(line.clone());
            model.put(line);
        }
        Step::Touch(number) => {
            if let Some(mut line) = packed.get(LineId(*number)) {
                line.quantity = line.quantity.trunc() / Decimal::TWO + Decimal::ONE;
                packed.put(line.clone());
                model.put(line);
            }
        }
        Step::Remove(number) => {
            let id = LineId(*number);
            assert_eq!(packed.remove(id), model.lines.remove(&id));
        }
        Step::Reserve(number) => {
            packed.reserve_ids(*number);
            model.last = model.last.max(*number);
        }
        Step::Copy => {}
    }
}

proptest! {
    // a line is sixty values, and some of its texts are long
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_line_comes_out_as_it_went_in(lines in prop::collection::vec(line(), 1..6)) {
        let mut packed = Lines::default();
        let mut model = Model::default();
        for (line, number) in lines.into_iter().zip(1..) {
            let line = Line { id: LineId(number), ..line };
            packed.put(line.clone());
            model.put(line);
        }
        prop_assert_eq!(model.differs(&packed), None);
        let again: Lines = packed.iter().collect();
        prop_assert_eq!(model.differs(&again), None);
    }

    #[test]
    fn any_copy_goes_its_own_way(
        lines in prop::collection::vec(line(), 1..6),
        steps in prop::collection::vec((any::<Index>(), step()), 0..60),
    ) {
        let mut copies = vec![(Lines::default(), Model::default())];
        for (copy, step) in &steps {
            let at = copy.index(copies.len());
            if matches!(step, Step::Copy) && copies.len() < 5 {
                let copy = copies[at].clone();
                copies.push(copy);
            }
            let (packed, model) = &mut copies[at];
            take(step, &lines, packed, model);
        }
        for (packed, model) in &copies {
            prop_assert_eq!(model.differs(packed), None);
        }
    }
}

/// Texts are kept once up to a number; those beyond it stand beside their lines.
#[test]
fn prices_that_differ_from_box_to_box_come_out_all_the_same() {
    // more than are kept once, two boxes of each
    let line = |number: u32| Line {
        pid: Some("C9300-48P".into()),
        unit_list: Some(Decimal::new(i64::from(number / 2), 2)),
        prorated_list: Some(Decimal::new(i64::from(number / 2), 2)),
        ..bare(number)
    };
    let packed: Lines = (1..=80_000).map(line).collect();
    assert!((1..=80_000).all(|number| packed.get(LineId(number)) == Some(line(number))));
    let mut room = Room::default();
    let names = packed.names(LineId(80_000), &mut room);
    assert_eq!(names, Some((None, Some("C9300-48P"))));
}

#[test]
fn lines_of_one_contract_and_product_take_little_more_than_their_serial_numbers() {
    let contract = Some(ContractId(uuid::Uuid::from_u128(5)));
    let text = |text: &str| Some(Arc::<str>::from(text));
    let line = |number: u32| Line {
        contract,
        serial: text(&format!("FOC{number:08}")),
        pid: text("C9300-48P"),
        description: text("Catalyst 9300 48-port PoE+"),
        service_level: text("24x7x4"),
        unit_list: Some(Decimal::from(918)),
        prorated_list: Some(Decimal::from(918)),
        end: chrono::NaiveDate::from_ymd_opt(2027, 11, 24),
        ..bare(number)
    };
    let packed: Lines = (1..=10_000).map(line).collect();
    // serial number and its length, shape, how far back the contract stands, product, place
    assert!(packed.bytes() < 10_000 * 24, "{}", packed.bytes());
    assert!(packed.iter().eq((1..=10_000).map(line)));
}

#[test]
fn more_texts_than_are_kept_once_come_out_all_the_same() {
    const LINES: u32 = 30_000;
    let named = |number: u32| {
        let text = |field: &str| Some(Arc::from(format!("{field} {number}")));
        Line {
            pid: text("pid"),
            description: text("description"),
            service_sku: text("sku"),
            status_raw: text("status"),
            origin_sheet: text("sheet"),
            // one that was known from the beginning, also where the list is full
            service_level: Some("24x7x4".into()),
            ..bare(number)
        }
    };
    let mut lines: Lines = (1..=LINES).map(named).collect();
    assert_eq!(lines.len(), LINES as usize);
    // the first of them again, now that no new text is taken in
    let renamed = Line {
        pid: Some("a text beyond the list".into()),
        ..named(1)
    };
    lines.put(renamed.clone());
    let told = lines.iter().zip(1..).skip(1);
    for (line, number) in told {
        assert_eq!(line, named(number));
    }
    assert_eq!(lines.get(LineId(1)), Some(renamed));
}

/// Lines that are written over and over take no more room than they need.
#[test]
fn what_was_replaced_is_thrown_away_after_a_megabyte() {
    let written = |number: u32, round: usize| Line {
        customer_comment: Some(format!("{round} ").repeat(1_000).into()),
        service_level: Some(format!("level {}", number % 3).into()),
        ..bare(number)
    };
    let mut lines = Lines::default();
    let mut model = Model::default();
    let mut kept = Vec::new();
    for round in 0..40 {
        for number in 1..=100 {
            let line = written(number, round);
            lines.put(line.clone());
            model.put(line);
        }
        if round % 9 == 0 {
            kept.push((lines.clone(), model.clone()));
        }
    }
    // 200 KB of lines were written 40 times
    assert!(lines.bytes() < 2_500_000, "{}", lines.bytes());
    assert_eq!(model.differs(&lines), None);
    for (lines, model) in &kept {
        assert_eq!(model.differs(lines), None);
    }
}

/// A line longer than its head can say is as long as it is when it is replaced.
#[test]
fn a_line_of_a_quarter_megabyte_leaves_no_waste_behind() {
    let mut lines = Lines::default();
    for round in 0..100 {
        let line = Line {
            customer_comment: Some(format!("{round:04}").repeat(60_000).into()),
            ..bare(1)
        };
        lines.put(line.clone());
        assert_eq!(lines.get(LineId(1)), Some(line));
    }
    assert!(lines.bytes() < 2_500_000, "{}", lines.bytes());
}

/// The number of a line is given once, also where the line is gone when the rest is packed anew.
#[test]
fn a_number_is_never_given_again() {
    let mut lines: Lines = (1..=50).map(bare).collect();
    assert_eq!(lines.remove(LineId(50)), Some(bare(50)));
    assert_eq!(lines.next_id(), LineId(51));
    let comment: Arc<str> = "why ".repeat(2_000).into();
    for _ in 0..400 {
        lines.put(Line {
            customer_comment: Some(comment.clone()),
            ..bare(7)
        });
    }
    assert!(lines.bytes() < 2_500_000, "it was packed anew");
    assert_eq!((lines.len(), lines.next_id()), (49, LineId(51)));
    lines.reserve_ids(90);
    lines.reserve_ids(60);
    assert_eq!((lines.len(), lines.next_id()), (49, LineId(91)));
    assert_eq!(Lines::default().next_id(), LineId(1));
}
