//! Books of a known size for the benches, made by the demo generator; nothing here is timed.

use crate::driver::{Driver, demo_plan, today};
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::ids::{LineId, QuoteId, QuoteLineId, RenewalId};
use renewdesk::ui::model::{Model, Pane};
use std::fmt::Write;
use uuid::Uuid;

/// Lines of the long quote, where nothing else is said.
pub const LONG: usize = 1_000;

/// The sizes asked for: numbers after `--`, else `RENEWDESK_BENCH_LINES`, else 12k and 100k.
pub fn sizes() -> Vec<u32> {
    let numbers = |words: &mut dyn Iterator<Item = String>| -> Vec<u32> {
        words.filter_map(|word| word.parse().ok()).collect()
    };
    let mut asked = numbers(&mut std::env::args().skip(1));
    if asked.is_empty() {
        let variable = std::env::var("RENEWDESK_BENCH_LINES").unwrap_or_default();
        asked = numbers(&mut variable.split(',').map(|word| word.trim().to_string()));
    }
    if asked.is_empty() {
        asked = vec![12_000, 100_000];
    }
    asked
}

/// A demo plan in which one open renewal has a quote of `long` lines over as many expiring ones.
pub fn with_long_quote(lines: u32, long: usize) -> (ImportPlan, RenewalId, QuoteId) {
    let mut plan = demo_plan(lines);
    let open = |id: &RenewalId| {
        let stage = plan.put_renewals.iter().find(|r| r.id == *id);
        stage.is_some_and(|r| ["contacted", "quoted"].contains(&&*r.stage))
    };
    let at = plan
        .put_quotes
        .iter()
        .position(|q| {
            let lines = q.lines.iter().filter(|line| line.renews.is_some()).count();
            lines > 1 && q.renewals.len() == 1 && open(&q.renewals[0])
        })
        .expect("the demo book has an open quote");
    let quote = &mut plan.put_quotes[at];
    quote.created_on = today();
    let (id, renewal) = (quote.id, quote.renewals[0]);
    let models: Vec<_> = quote
        .lines
        .iter()
        .filter(|line| line.renews.is_some())
        .cloned()
        .collect();
    let last = plan.put_lines.iter().map(|line| line.id.0).max();
    let mut fresh = last.expect("the demo book has lines");
    for number in quote.lines.len()..long {
        fresh += 1;
        let mut line = models[number % models.len()].clone();
        let old = line.renews.expect("picked so");
        let expiring = plan.put_lines.iter().find(|l| l.id == old);
        let mut expiring = expiring.expect("it renews a line of the book").clone();
        expiring.id = LineId(fresh);
        expiring.serial = Some(format!("LNG{number:08}").into());
        expiring.instance = Some(format!("9{number:09}").into());
        line.id = QuoteLineId(Uuid::from_u128(7u128 << 96 | u128::from(fresh)));
        line.number = number as u32 + 1;
        line.renews = Some(expiring.id);
        line.serial = expiring.serial.clone();
        plan.put_lines.push(expiring);
        quote.lines.push(line);
    }
    assert_eq!(quote.lines.len(), long);
    (plan, renewal, id)
}

/// A desk with that quote open at full width, the cursor in its first discount.
pub fn on_long_quote(lines: u32, long: usize, columns: u16, rows: u16) -> (Driver, QuoteId) {
    let (plan, renewal, quote) = with_long_quote(lines, long);
    let mut desk = Driver::with(plan, columns, rows);
    // a second frame to compare with is no part of what a key costs
    desk.kept = None;
    desk.keys("g p");
    let Model {
        pipeline,
        desk: held,
        ..
    } = &mut desk.model;
    pipeline.show(renewal, held.as_ref().expect("the book is open"));
    desk.keys("enter g q");
    let sheet = desk.model.quote.sheet().expect("the quote is open");
    assert_eq!((sheet.kept.id, sheet.kept.lines.len()), (quote, long));
    (desk, quote)
}

/// Goes to the pipeline's list and its first row.
pub fn to_list(desk: &mut Driver) {
    desk.keys("g p");
    desk.model.pipeline.set_focus(Pane::List);
    // moving once lets the other panes follow
    desk.keys("down home");
    assert_eq!(desk.model.pipeline.focus(), Pane::List);
}

/// A generic export of so many rows, ten to a contract, every identity its own.
pub fn export(rows: usize) -> String {
    let mut text = String::from(
        "customer,contract_number,serial,instance,pid,service_sku,service_level,quantity,\
         unit_list,start_date,end_date,extended_net,currency\n",
    );
    for row in 0..rows {
        let (contract, customer) = (row / 10, row / 300);
        let _ = writeln!(
            text,
            "Customer {customer:05},{},FOC{row:08},{},C9300-24T-E,CON-SNT-C93002TE,8x5xNBD,{},\
             1240.00,2025-12-{:02},2026-12-{:02},930.00,USD",
            200_000_000 + contract,
            1_000_000 + row,
            1 + row % 12,
            2 + contract % 27,
            1 + contract % 27,
        );
    }
    text
}
