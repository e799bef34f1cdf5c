//! Any action by name.

/// The popup.
#[derive(Debug, Default)]
pub struct Model {
    /// Place of the cursor.
    pub cursor: usize,
}
