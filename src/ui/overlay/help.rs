//! What works here, from the action table; `Enter` runs the choice.

/// The popup.
#[derive(Debug, Default)]
pub struct Model {
    /// Place of the cursor.
    pub cursor: usize,
}
