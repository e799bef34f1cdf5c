//! As little as a program with a table can be: a ratatui table of the same window, a cursor, a
//! field, crossterm's own event loop. What it needs for a key is what the terminal and the library
//! need; the desk is measured beside it.

use ratatui::crossterm::event::{Event, KeyCode, KeyEventKind, read};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Style};
use ratatui::widgets::{Paragraph, Row, Table, TableState};

/// Rows of the table; the window is all that is handed to the library.
const ROWS: usize = 100_000;
/// What its rows say after their number.
const CELLS: [&str; 9] = [
    "17 d to renew !",
    "Foxtrot Industries AG",
    "96,000",
    "Quoted",
    "on track",
    "09 Dec 26",
    "0.25 pivotal",
    "200123456",
    "C9300-48P-A",
];

/// Runs until `q`.
pub fn run() {
    let mut terminal = ratatui::init();
    let rows: Vec<Vec<String>> = (0..ROWS)
        .map(|at| {
            let number = std::iter::once(format!("{at:06}"));
            number
                .chain(CELLS.map(|cell| format!("{cell} {}", at % 97)))
                .collect()
        })
        .collect();
    let widths = [Constraint::Length(19); 10];
    let (mut at, mut first, mut typed) = (0, 0, String::new());
    loop {
        terminal
            .draw(|frame| {
                let [body, field] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)])
                    .areas(frame.area());
                let page = usize::from(body.height);
                first = first.clamp((at + 1usize).saturating_sub(page), at);
                let window = rows.iter().skip(first).take(page);
                let window = window.map(|row| Row::new(row.iter().map(String::as_str)));
                let table = Table::new(window, widths)
                    .row_highlight_style(Style::new().bg(Color::Indexed(24)));
                let mut state = TableState::new().with_selected(at - first);
                frame.render_stateful_widget(table, body, &mut state);
                frame.render_widget(Paragraph::new(typed.as_str()), field);
            })
            .unwrap();
        let Event::Key(key) = read().unwrap() else {
            continue;
        };
        match key.code {
            _ if key.kind == KeyEventKind::Release => {}
            KeyCode::Down => at = (at + 1).min(ROWS - 1),
            KeyCode::Up => at = at.saturating_sub(1),
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char('q') => break,
            KeyCode::Char(letter) => typed.push(letter),
            _ => {}
        }
    }
    ratatui::restore();
}
