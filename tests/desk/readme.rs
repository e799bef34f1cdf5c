//! The pictures of README are what the desk draws today. Run with `RENEWDESK_UPDATE=1` to draw them
//! anew after a change of a screen, and look at the difference before keeping it.

use super::driver::Driver;
use renewdesk::ui::picture::{self, Defaults};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a file with what it should hold, or writes it when asked to.
fn holds(path: PathBuf, wanted: &str) {
    if std::env::var_os("RENEWDESK_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} is not what the program gives today; RENEWDESK_UPDATE=1 cargo test --test desk readme",
        path.display()
    );
}

#[test]
fn readme_pictures_are_what_the_desk_draws() {
    let mut desk = Driver::demo(12_000, 120, 36);
    for (name, keys) in [
        ("pipeline-120x36", "g p"),
        // The largest renewal with a quote, and a discount half typed.
        (
            "quote-120x36",
            "f 'stage' space '=' space 'quoted' enter right right s home enter right 2 9 . 5",
        ),
        ("today-120x36", "esc esc esc g t"),
        ("expansion-120x36", "g x"),
        ("risk-120x36", "g r"),
    ] {
        desk.keys(keys);
        desk.draw();
        if std::env::var_os("SHOW").is_some() {
            println!("{}", desk.screen());
        }
        let svg = picture::svg(desk.buffer(), Defaults::DARK);
        assert!(svg.matches("<text").count() > 60, "{name} is empty");
        holds(root().join(format!("assets/pictures/{name}.svg")), &svg);
    }
}

#[test]
fn every_picture_and_file_readme_names_is_there() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let named: Vec<&str> = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with("http"))
        .collect();
    assert!(named.len() >= 4, "{named:?}");
    for link in named {
        assert!(root().join(link).exists(), "{link}");
    }
}
