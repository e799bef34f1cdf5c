//! What the oracle found in the engine, each as the smallest book that shows it.

use crate::book::{Book, code, dec, figures};
use renewdesk::domain::line::LineKind;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::View;

/// An agreement is seldom a Services line, so a pack that counts the move would count none.
#[test]
fn a_line_moved_into_an_agreement_of_another_portfolio_counts_where_the_pack_says_so() {
    for (counts, credit) in [(false, "49500.00"), (true, "59500.00")] {
        let mut book = crate::deals::otrr_book();
        book.pack.otrr.ea_counts = counts;
        let renewal = book.renewal("2026-12-10", "quoted", &[("10000", "Services")]);
        let mut quote = book.quote(&[renewal]);
        quote.lines[0].ea = Some(true);
        quote.lines[0].portfolio = Portfolio::named("Networking");
        let view = View::Quote(quote.id);
        let at = book
            .engine()
            .project_with(&quote, &view, &code("FY27M5"))
            .unwrap();
        let otrr = figures(&at, "Services", "otrr");
        assert!(
            otrr.starts_with(&format!("{credit} 101666.67")),
            "{counts}: {otrr}"
        );
    }
}

#[test]
fn a_renewed_use_case_enters_the_base_anew_where_the_pack_says_so() {
    for (reenters, base) in [(false, "0.00"), (true, "10000.00")] {
        let mut book = Book::new();
        book.pack.engagement.renewal_reenters = reenters;
        for metric in book.pack.metrics.iter_mut().filter(|m| &*m.id == "adopt") {
            metric.hold = false;
        }
        book.row("Networking", "Adoption", "0", "0", "5");
        let renewal = book.booked("2026-12-10", "2026-12-01", &[("10000", "Networking")]);
        book.change_lines(renewal, |line| {
            line.kind = LineKind::Subscription;
            line.extended_net = Some(dec("10000"));
        });
        let at = book.project(View::Booked, "FY27M5");
        let adopt = figures(&at, "Networking", "adopt");
        assert!(
            adopt.starts_with(&format!("0.00 {base}")),
            "{reenters}: {adopt}"
        );
    }
}
