//! The command line: each command prints what a screen shows, as a table or as versioned JSON.
