//! What the screens look like, text and styles, at three sizes and in four themes.

use crate::driver::Driver;
use renewdesk::ui::theme::{Look, ThemeName};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn shot(name: &str, keys: &str) {
    for (columns, rows) in SIZES {
        let mut desk = Driver::new();
        desk.resize(columns, rows).keys(keys);
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), desk.picture());
    }
}

#[test]
fn pipeline() {
    shot("pipeline", "j j");
}

#[test]
fn pipeline_detail() {
    shot("pipeline_detail", "j j w");
}

#[test]
fn today() {
    shot("today", "g t");
}

#[test]
fn risk() {
    shot("risk", "g r");
}

#[test]
fn settings() {
    shot("settings", "g s");
}

#[test]
fn help() {
    shot("help", "?");
}

#[test]
fn palette() {
    shot("palette", ": s e t");
}

#[test]
fn stage_popup() {
    shot("stage", "t");
}

#[test]
fn ascii_and_the_other_themes() {
    for theme in ThemeName::ALL {
        let mut desk = Driver::new();
        desk.model.look = Look::new(theme, theme == ThemeName::Mono);
        desk.resize(80, 24).keys("j space");
        insta::assert_snapshot!(format!("theme_{}", theme.id()), desk.picture());
    }
}
