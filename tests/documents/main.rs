//! What leaves the desk: nothing in it that its reader may not see, the same bytes for the same quote,
//! every name readable, every line there.

mod fixture;
mod leaks;
mod pages;
mod round_trip;
