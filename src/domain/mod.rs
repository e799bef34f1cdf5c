//! The nouns of the desk and everything that can change them. Pure: no I/O, no clock, no global,
//! nothing of SQLite or the terminal. Other layers name this one; it names none of them.

pub mod account;
pub mod activity;
pub mod adoption;
pub mod approval;
pub mod baseline;
pub mod batch;
pub mod command;
pub mod contract;
pub mod day;
pub mod eox;
pub mod ids;
pub mod incentive;
pub mod line;
pub mod lines;
pub mod money;
pub mod moved;
pub mod packed;
pub mod portfolio;
pub mod price_rule;
pub mod quote;
pub mod record;
pub mod renewal;
pub mod rival;
pub mod rules;
pub mod snapshot;
pub mod stage;
pub mod suggestion;
pub mod text;
pub mod view;
