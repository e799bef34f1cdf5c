-- Quotes keep named and sent versions: the quote as it stood, never changed again.
CREATE TABLE quote_version (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    quote BLOB NOT NULL REFERENCES quote (id) DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL, name TEXT NOT NULL, on_day TEXT NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE INDEX quote_version_quote ON quote_version (quote);
