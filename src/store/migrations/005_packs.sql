-- Rule packs a book has used: what was laid over the shipped one, and the SHA-256 of the whole.
CREATE TABLE pack_version (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL, pack TEXT NOT NULL, title TEXT NOT NULL, as_of TEXT NOT NULL,
    sha256 TEXT NOT NULL, overlay_file TEXT, overlay TEXT,
    first_on TEXT NOT NULL, by_whom TEXT NOT NULL
) STRICT;

-- Projections as they were on a day, with the pack behind them. scores: one entry per portfolio
-- as JSON, the score an exact fraction.
CREATE TABLE projection (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    on_day TEXT NOT NULL, month TEXT NOT NULL, view TEXT NOT NULL,
    pack BLOB NOT NULL REFERENCES pack_version (id) DEFERRABLE INITIALLY DEFERRED,
    pack_name TEXT NOT NULL, baseline_month TEXT, note TEXT, automatic INTEGER NOT NULL,
    scores TEXT NOT NULL
) STRICT;
CREATE INDEX projection_day ON projection (on_day);
