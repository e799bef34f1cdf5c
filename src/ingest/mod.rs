//! Bytes of an export file to rows, rows to an import plan with its problems. Knows formats, not the book's file: reads only from bytes it is given.
