#![allow(missing_docs)]
use renewdesk::*;
use std::sync::Arc;
fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let lines: u32 = std::env::args()
        .nth(2)
        .map_or(12_000, |n| n.parse().unwrap());
    let paths = runtime::paths::Paths::of_environment().unwrap();
    let clock = runtime::clock::SystemClock::new(None);
    let book = dir.join(format!("demo{lines}.renewdesk"));
    let pack = Arc::new(program::Pack::shipped());
    use runtime::clock::Clock;
    if !book.exists() {
        std::fs::create_dir_all(&dir).unwrap();
        let options = demo::DemoOptions {
            lines,
            ..demo::DemoOptions::around(clock.today())
        };
        let plan = demo::generate(&options, &catalogue::Catalogue::shipped(), &pack);
        let mut store = store::Store::open(&book, &store::OpenMode::Create).unwrap();
        store
            .apply(
                &domain::command::Command::Import(Box::new(plan)),
                "demo",
                &clock.stamp("demo"),
            )
            .unwrap();
    }
    if std::env::args().nth(3).is_some() {
        return;
    }
    let code = runtime::run_desk(runtime::DeskOptions {
        book,
        create: false,
        paths,
        pack,
        clock,
        user: "me".into(),
        look: runtime::look(None, false),
        read_only: false,
    })
    .unwrap();
    std::process::exit(code);
}
