//! The partner incentive: what a renewal or quote pays by the rates the partner loaded, what is
//! lost by waiting, and where adoption milestones stand (program §12). Pure: rates and scores come
//! in, amounts go out. No rate is known to the program; without a loaded row an amount is `None`,
//! never zero.

mod adoption;
mod book;
mod deal;
mod delay;
mod explain;
mod gate;
mod pay;
mod rates;
mod tally;
mod typed;

pub use adoption::{Adoption, CaseStanding, MilestoneState, Renewability, selected, standing};
pub use book::{Book, PortfolioSum, Subject};
pub use deal::{Asking, Dates, DealPay, Piece, pieces_flat, pieces_quoted};
pub use delay::{Change, Delay};
pub use explain::{explain, gate as gate_words, opened, sentence, together, waiting};
pub use gate::{Gate, Opening, gates};
pub use pay::{Asked, Cell, Missing, Part, Payout, pay};
pub use rates::{GroupRow, Policy, RateRow, Terms};
pub use typed::{Covered, TypedPay};

/// What stands beside every amount made from invented rates.
pub const DEMO_LABEL: &str = "DEMO RATE";
