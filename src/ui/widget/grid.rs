//! A windowed grid of cells.
