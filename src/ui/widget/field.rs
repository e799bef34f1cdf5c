//! Cell editing: typed over, kept or restored.
