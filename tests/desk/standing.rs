//! White space and adoption as a person meets them, and what waits at the customers of the pipeline.

use crate::driver::{Driver, demo_plan, today};
use renewdesk::book::adoption_board::adoption_board;
use renewdesk::book::whitespace::whitespace;
use renewdesk::export::standing as export;
use renewdesk::export::{Cell, Table};
use renewdesk::ui::format;
use renewdesk::ui::msg::Msg;
use renewdesk::ui::screen::expansion::Question;
use renewdesk::ui::screen::pipeline::columns;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

fn desk(keys: &str) -> Driver {
    let mut desk = Driver::demo(1_500, 200, 60);
    desk.keys(keys);
    desk
}

/// The text of a cell of an export.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Blank => String::new(),
    }
}

/// A line of the screen cut where the titles of its table end; titles stand to the right.
fn cut(desk: &Driver, y: u16, titles: &[&str]) -> Vec<String> {
    let row = |y: u16| -> Vec<String> {
        let width = desk.buffer().area.width;
        (0..width)
            .map(|x| desk.buffer()[(x, y)].symbol().to_string())
            .collect()
    };
    let head = row(3).concat();
    let mut from = 3;
    titles
        .iter()
        .map(|title| {
            let at = head
                .find(title)
                .unwrap_or_else(|| panic!("no {title} in {head}"));
            let end = head[..at].chars().count() + title.chars().count();
            let text = row(y)[from..end].concat().trim().to_string();
            from = end;
            text
        })
        .collect()
}

/// `1200.5 USD + 7 EUR` as the screen has it: the commonest currency, and how many more there are.
fn shown(exported: &str, order: &[String]) -> String {
    let amounts: BTreeMap<&str, Decimal> = exported
        .split(" + ")
        .filter_map(|part| part.split_once(' '))
        .filter_map(|(sum, code)| Some((code, sum.parse().ok()?)))
        .collect();
    let (code, sum) = order
        .iter()
        .find_map(|code| amounts.get_key_value(code.as_str()))
        .unwrap_or_else(|| panic!("no amount in {exported}"));
    let code = if *code == "USD" {
        String::new()
    } else {
        format!("{code} ")
    };
    let more = match amounts.len() {
        1 => String::new(),
        n => format!(" +{}", n - 1),
    };
    format!("{code}{}{more}", format::whole(*sum))
}

/// The matrix as it is exported, the columns of a portfolio by currency put together: `1200.5 USD + 7 EUR`.
fn joined(table: &Table) -> (Vec<String>, Vec<Vec<String>>) {
    let mut columns: Vec<(String, Vec<(usize, &str)>)> = Vec::new();
    for (at, header) in table.headers.iter().enumerate() {
        let code = header.rsplit_once(' ');
        let code = code.filter(|(_, code)| ["USD", "EUR", "JPY"].contains(code));
        let (name, code) = code.unwrap_or((header, ""));
        match columns.last_mut() {
            Some((last, own)) if last == name => own.push((at, code)),
            _ => columns.push((name.into(), vec![(at, code)])),
        }
    }
    let rows = table.rows.iter().map(|row| {
        let cell = |own: &Vec<(usize, &str)>| {
            let own = own.iter().filter_map(|(at, code)| match &row[*at] {
                Cell::Blank => None,
                Cell::Number(sum) if !code.is_empty() => Some(format!("{sum} {code}")),
                cell => Some(text(cell)),
            });
            own.collect::<Vec<_>>().join(" + ")
        };
        columns.iter().map(|(_, own)| cell(own)).collect()
    });
    let rows = rows.collect();
    (columns.into_iter().map(|(name, _)| name).collect(), rows)
}

#[test]
fn the_matrix_says_what_the_export_says() {
    let mut desk = desk("g w");
    let matrix = whitespace(&desk.desk().snapshot, today());
    let (headers, rows) = joined(&export::whitespace(&matrix));
    // the currencies by how many customers spend in them
    let mut customers: BTreeMap<String, usize> = BTreeMap::new();
    for row in &rows {
        let all = row.join(" ");
        for code in ["USD", "EUR", "JPY"] {
            *customers.entry(code.into()).or_default() += usize::from(all.contains(code));
        }
    }
    let mut order: Vec<String> = customers.keys().cloned().collect();
    order.sort_by_key(|code| std::cmp::Reverse(customers[code]));
    let titles = [
        "Customer",
        "All a year",
        "Cloud & AI",
        "Collaboration",
        "Networking",
        "Security",
        "Splunk",
        "Blanks",
    ];
    let exported = [
        "Customer",
        "",
        "Cloud & AI Infrastructure",
        "Collaboration",
        "Networking",
        "Security",
        "Splunk",
        "White spaces",
    ];
    let held: Vec<Option<usize>> = exported
        .iter()
        .map(|title| headers.iter().position(|header| header == title))
        .collect();
    assert_eq!(held.iter().flatten().count(), headers.len());
    let (mut blank, mut several) = (0, 0);
    for (at, row) in rows.iter().enumerate() {
        desk.draw();
        let cursor = desk.line("> ").to_string();
        let screen = desk.screen();
        let y = screen.lines().position(|line| line == cursor).unwrap();
        // names may hold letters that end elsewhere than their titles: only figures are cut
        let cells = cut(&desk, y as u16, &titles);
        for (place, cell) in held.iter().zip(&cells).skip(2) {
            let wanted = row[place.unwrap()].clone();
            let wanted = match wanted.as_str() {
                "-" => {
                    blank += 1;
                    assert!(cell.is_empty() || cell == "offer", "{at}: {cell}");
                    continue;
                }
                text if text.ends_with("no price") => "no price".to_string(),
                text if text.contains(' ') => shown(text, &order),
                text => text.to_string(),
            };
            several += usize::from(wanted.contains('+'));
            assert_eq!(*cell, wanted, "{at} {cursor}");
        }
        desk.keys("down");
    }
    assert!(rows.len() > 40 && blank > 10, "{} {blank}", rows.len());
    assert!(several > 0, "a customer spends in two currencies");
}

#[test]
fn totals_stand_by_currency_and_say_how_many_have_it() {
    let mut desk = desk("g w");
    let matrix = whitespace(&desk.desk().snapshot, today());
    for total in matrix.totals() {
        let line = desk.line(&format!("Total {}", total.currency));
        assert!(line.contains(&format::whole(total.all)), "{line}");
    }
    let all = matrix.rows.len();
    let line = desk.line("Customers with it");
    for many in matrix.holders() {
        assert!(
            line.contains(&format!("{many} ({} %)", many * 100 / all)),
            "{line}"
        );
    }
}

#[test]
fn a_customer_of_the_matrix_leads_to_its_suggestions_and_its_renewals() {
    let mut desk = desk("g w down down");
    let matrix = whitespace(&desk.desk().snapshot, today());
    let row = &matrix.rows[2];
    let own = |desk: &Driver| {
        let all = &desk.desk().suggestions;
        let own = all.of_account(row.account).into_iter();
        own.filter(|at| all.get(*at as usize).unwrap().is_open())
            .count()
    };
    let many = own(&desk);
    desk.keys("enter");
    desk.sees(&format!("{}: 1 of {many} suggestions   Esc back", row.name));
    let listed = desk.screen();
    let listed = listed.lines().filter(|line| line.starts_with('║')).count();
    assert!(listed >= many);
    desk.keys("esc");
    desk.sees("White space  3 of ");
    desk.keys("r");
    desk.sees(&format!("customer = \"{}\"", row.name));
    desk.sees("[Pipeline]");
    let open = desk
        .desk()
        .rows()
        .iter()
        .filter(|r| r.open() && r.account() == row.account);
    let open = open.count();
    desk.sees(&format!("{open} of "));
    // back at the matrix, where it was left
    desk.keys("esc esc");
    desk.sees("White space  3 of ");
}

#[test]
fn rows_are_sorted_by_a_column_within_a_currency_and_the_customer_stays_under_the_cursor() {
    let mut desk = desk("g w down");
    let first = desk.line("> ");
    let name = first[..30].to_string();
    desk.keys("right s");
    let years: Vec<Decimal> = desk
        .screen()
        .lines()
        .filter(|line| line.starts_with('║'))
        .skip(1)
        .map(|line| line.chars().skip(37).take(16).collect::<String>())
        .map_while(|text| text.trim().replace(',', "").parse().ok())
        .collect();
    assert!(years.len() > 20, "{years:?}\n{}", desk.screen());
    assert!(years.windows(2).all(|two| two[0] >= two[1]), "{years:?}");
    let again = desk.line("> ");
    assert!(again.starts_with(&name), "{again}");
    desk.keys("s s");
    assert_eq!(desk.line("> "), first);
    desk.click_on("Networking");
    desk.sees("Networking↓");
}

#[test]
fn where_customers_stand_is_asked_for_when_looked_at_and_after_the_book_changed() {
    let mut desk = Driver::demo(1_500, 120, 36);
    let asked = |desk: &Driver| {
        let standing = |text: &&String| text.starts_with("Standing");
        desk.asked.iter().filter(standing).count()
    };
    desk.keys("g x down g p");
    assert_eq!(asked(&desk), 0, "nobody looked");
    desk.keys("g w down 3 2 g p g w");
    assert_eq!(asked(&desk), 1, "the book is the same");
    desk.keys("g p o 'called' enter");
    desk.sees("Saved");
    assert_eq!(asked(&desk), 1, "nobody looks");
    desk.deaf = true;
    desk.keys("g w");
    assert_eq!(asked(&desk), 2);
    desk.sees("being worked out anew")
        .sees("White space  2 of ");
    desk.keys("down 3");
    assert_eq!(asked(&desk), 2, "one question at a time");
}

#[test]
fn until_it_is_there_the_screen_says_so_and_keys_do_no_harm() {
    let mut desk = Driver::demo(1_500, 120, 36);
    desk.deaf = true;
    desk.keys("g w");
    desk.sees("reading where customers stand");
    desk.keys("enter down s i e r 3 enter s");
    desk.sees("reading where customers stand");
}

#[test]
fn the_board_shows_what_stands_still_first_and_leads_to_the_renewal() {
    let mut desk = desk("g a");
    let (snapshot, rules) = (desk.desk().snapshot.clone(), desk.desk().rules.clone());
    let board = adoption_board(&snapshot, &rules, today());
    let stalled = board.iter().filter(|entry| entry.stalled).count();
    assert!(stalled > 2 && stalled < board.len());
    desk.sees(&format!("1 of {}  {stalled} stand still", board.len()));
    let table = export::adoption(&board);
    let column = |title: &str| {
        table
            .headers
            .iter()
            .position(|header| header == title)
            .unwrap()
    };
    let (days_at, stalled_at) = (column("Days"), column("Stalled"));
    for (entry, row) in board.iter().zip(&table.rows) {
        let line = desk.line("> ");
        assert!(
            line.contains(&*entry.customer) && line.contains(&*entry.use_case),
            "{line}"
        );
        assert_eq!(
            line.contains("stalled"),
            text(&row[stalled_at]) == "yes",
            "{line}"
        );
        let days = format!("{} d", text(&row[days_at]));
        assert!(line.contains(&days), "{days}: {line}");
        for end in [entry.renewal.map(|(_, end)| end), entry.pays_until]
            .into_iter()
            .flatten()
        {
            assert!(line.contains(&format::day(end)), "{line}");
        }
        desk.keys("down");
    }
    desk.keys("home");
    let (renewal, _) = board[0].renewal.expect("the demo has one");
    desk.keys("enter");
    desk.sees("[Pipeline]");
    let selected = desk.model.pipeline.selected(desk.desk());
    assert_eq!(selected, Some(renewal));
}

#[test]
fn the_board_is_sorted_by_stage_in_the_order_of_the_way() {
    let mut desk = desk("g a right right s");
    let order = [
        "Purchase",
        "Onboard",
        "Implement",
        "Use",
        "Engage",
        "Adopt",
        "Optimize",
    ];
    let screen = desk.screen();
    let places: Vec<usize> = screen
        .lines()
        .skip(5)
        .filter_map(|line| {
            let stage = |stage: &&str| line.contains(&format!(" {stage} "));
            order.iter().position(stage)
        })
        .collect();
    assert!(places.len() > 10, "{screen}");
    assert!(places.is_sorted(), "{places:?}\n{screen}");
}

#[test]
fn pipeline_rows_count_what_waits_at_their_customer_and_follow_a_decision() {
    let mut desk = Driver::demo(1_500, 200, 60);
    desk.keys("right right right right right right right s home");
    let row = desk.model.pipeline.selected(desk.desk()).unwrap();
    let counted = |desk: &Driver| {
        let row = desk.desk().row(row).unwrap();
        let all = &desk.desk().suggestions;
        let own = all.of_account(row.account()).into_iter();
        let own = own.filter_map(|at| all.get(at as usize));
        let open = own.filter(|brief| brief.is_open()).count() as u32;
        let told = row.plays().unwrap();
        assert_eq!(told.open, open);
        (open, columns::plays_within(&row, desk.desk(), 19).0)
    };
    let (most, words) = counted(&desk);
    for row in desk.desk().rows() {
        assert!(row.plays().unwrap().open <= most);
    }
    assert!(words.starts_with(&format!("{most} plays")), "{words}");
    desk.sees(&words);
    let name = desk.desk().row(row).unwrap().customer().to_string();
    desk.keys("e");
    desk.sees(&format!("{name}: 1 of {most} suggestions"));
    desk.keys("X 'no' enter");
    desk.sees(&format!("{name}: 1 of {} suggestions", most - 1));
    assert_eq!(counted(&desk).0, most - 1);
    desk.keys("esc");
    desk.sees("[Pipeline]");
    desk.keys("ctrl-z");
    assert_eq!(counted(&desk).0, most);
}

#[test]
fn plays_are_told_as_far_as_there_is_room_and_as_dots_until_they_are_known() {
    let mut desk = Driver::with(demo_plan(1_500), 120, 36);
    let plain = desk.load(desk.store.snapshot().unwrap());
    let row = plain.rows().get(0).unwrap();
    assert_eq!(columns::plays_within(&row, &plain, 19).0, "...");
    let held = desk.desk();
    let best = |row: &renewdesk::book::QueueRow<'_>| {
        let best = row.plays().and_then(|plays| plays.best);
        best.is_some_and(|best| best.amount >= Decimal::from(10_000))
    };
    let row = held.rows().iter().find(best).expect("a large one");
    let plays = row.plays().unwrap();
    let whole = columns::plays_within(&row, held, 40).0;
    let value = format::whole(plays.best.unwrap().amount);
    assert!(whole.ends_with(&value), "{whole}");
    let short = columns::plays_within(&row, held, format::width(&whole) - 1).0;
    assert!(short.ends_with('k'), "{short}");
    let count = columns::plays_within(&row, held, 8).0;
    assert_eq!(count, format::count(plays.open as usize, "play", "plays"));
    desk.keys("g p");
}

#[test]
fn views_are_clicked_and_esc_goes_one_step_back() {
    let mut desk = desk("g x");
    desk.click_on("2 White space");
    desk.sees("[2 White space]");
    desk.click_on("3 Adoption");
    desk.sees("[3 Adoption]");
    desk.keys("2");
    let name = whitespace(&desk.desk().snapshot, today()).rows[4]
        .name
        .clone();
    desk.click_on(&name);
    desk.sees("White space  5 of ");
    desk.click_on(&name);
    desk.sees(&format!("{name}: 1 of "));
    desk.keys("esc");
    desk.sees("White space  5 of ");
    desk.keys("esc");
    desk.sees("[1 Suggestions]");
    desk.keys("s");
    desk.sees("2 and 3 are sorted by a column");
    desk.keys("2 a");
    desk.sees("decided on in 1 Suggestions");
    desk.keys("i");
    desk.sees("White space of ")
        .sees("Currencies are never added");
}

#[test]
fn the_board_stays_on_its_use_case_when_a_newer_answer_moves_the_rows() {
    let mut desk = desk("g a down down down");
    let under = |desk: &mut Driver| {
        let screen = desk.screen();
        let line = screen.lines().find(|line| line.starts_with("║>")).unwrap();
        line.chars().take(60).collect::<String>()
    };
    let before = under(&mut desk);
    let mut snapshot = (*desk.desk().snapshot).clone();
    let rules = desk.desk().rules.clone();
    let board = adoption_board(&snapshot, &rules, today());
    for entry in board.iter().take(2) {
        let states = snapshot.adoption.iter();
        let mut own = states
            .filter(|state| (state.account, &state.use_case) == (entry.account, &entry.use_case));
        let mut state = own.next().unwrap().clone();
        state.stage = "complete".into();
        drop(own);
        snapshot.adoption.put(state);
    }
    let question = Question {
        snapshot: snapshot.into(),
        rules,
        today: today(),
    };
    desk.send(Msg::Standing(Box::new(question.found())));
    desk.draw();
    assert_eq!(
        under(&mut desk),
        before,
        "two rows above it went down the board"
    );
}
