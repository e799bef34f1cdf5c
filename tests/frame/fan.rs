//! The fan chart at three sizes, with and without line glyphs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use renewdesk::ui::canvas::Canvas;
use renewdesk::ui::page::Page;
use renewdesk::ui::theme::{Look, ThemeName};
use renewdesk::ui::widget::fan::{self, Point};

fn points(count: i64) -> Vec<Point> {
    (0..count)
        .map(|at| Point {
            label: format!("FY27M{}", at + 1),
            low: 475 - at * 5,
            median: 475 + at * 9,
            high: 475 + at * 22,
        })
        .collect()
}

fn drawn(columns: u16, rows: u16, ascii: bool) -> String {
    let area = Rect::new(0, 0, columns, rows);
    let (mut buffer, mut page) = (Buffer::empty(area), Page::new(area));
    let mut canvas = Canvas::new(&mut page, Look::new(ThemeName::Dark, ascii));
    fan::view(&mut canvas, area, &points(12), &[100, 500, 750], Some(3));
    canvas.finish();
    page.onto(&mut buffer);
    let lines = (0..rows).map(|y| {
        let line: String = (0..columns).map(|x| buffer[(x, y)].symbol()).collect();
        line.trim_end().to_string()
    });
    lines.collect::<Vec<String>>().join("\n")
}

#[test]
fn a_fan_shows_the_middle_the_band_and_the_edges() {
    for (columns, rows) in [(40, 10), (80, 16), (120, 30)] {
        insta::assert_snapshot!(format!("fan_{columns}x{rows}"), drawn(columns, rows, false));
    }
    insta::assert_snapshot!("fan_ascii_80x16", drawn(80, 16, true));
}

#[test]
fn a_fan_without_room_or_months_draws_nothing() {
    for (columns, rows) in [(1, 1), (8, 30), (200, 3)] {
        let area = Rect::new(0, 0, columns, rows);
        let (mut buffer, mut page) = (Buffer::empty(area), Page::new(area));
        let mut canvas = Canvas::new(&mut page, Look::new(ThemeName::Mono, true));
        assert_eq!(fan::view(&mut canvas, area, &points(3), &[500], None), 0);
        canvas.finish();
        page.onto(&mut buffer);
        assert_eq!(buffer, Buffer::empty(area));
    }
}
