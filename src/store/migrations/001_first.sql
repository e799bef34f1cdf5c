-- The first schema of the book.
--
-- Every table people's work lives in has the same three columns in front:
--   n           place in the table, never reused; history names rows by it
--   id          UUIDv7 as 16 bytes (settings: their key)
--   deleted_op  the operation that took the row away; NULL while it stands
-- Rows are never deleted, so an undo of an import is one mark per row and a redo takes it off.
-- Money, rates and quantities are decimal text (exact, with their scale); days are ISO text.

CREATE TABLE account (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL, party_id TEXT, country TEXT
) STRICT;

CREATE TABLE site (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL, city TEXT, country TEXT
) STRICT;

CREATE TABLE batch (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    file TEXT NOT NULL, sha256 TEXT NOT NULL, format TEXT NOT NULL, at TEXT NOT NULL,
    rows_read INTEGER NOT NULL, rows_new INTEGER NOT NULL, rows_changed INTEGER NOT NULL,
    rows_unchanged INTEGER NOT NULL, rows_skipped INTEGER NOT NULL, rows_rejected INTEGER NOT NULL
) STRICT;

CREATE TABLE contract (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    number TEXT NOT NULL, kind TEXT NOT NULL, program TEXT, service_level TEXT, status_raw TEXT,
    start_on TEXT, end_on TEXT
) STRICT;

-- How a subscription renews by itself; its id is the contract's.
CREATE TABLE subscription (
    n INTEGER PRIMARY KEY, deleted_op INTEGER,
    id BLOB NOT NULL UNIQUE REFERENCES contract (id) DEFERRABLE INITIALLY DEFERRED,
    term_months INTEGER NOT NULL, notice_days INTEGER NOT NULL
) STRICT;

-- One asset and the service on it. portfolio_typed, premium and ea belong to the rep.
CREATE TABLE line (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    contract BLOB REFERENCES contract (id) DEFERRABLE INITIALLY DEFERRED,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    site BLOB REFERENCES site (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL, serial TEXT, instance TEXT, pid TEXT, description TEXT,
    service_sku TEXT, service_level TEXT, start_on TEXT, end_on TEXT,
    quantity TEXT NOT NULL, unit_list TEXT, list_years TEXT NOT NULL, prorated_list TEXT,
    discount_pct TEXT, extended_net TEXT, currency TEXT, ldos TEXT, warranty_end TEXT,
    ship_date TEXT, terminated TEXT, coverage TEXT NOT NULL, status_raw TEXT, renewed_to TEXT,
    replaced_by TEXT, portfolio TEXT, product_portfolio TEXT, portfolio_typed TEXT,
    premium INTEGER, ea INTEGER,
    gone_in BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED,
    origin_batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED, origin_row INTEGER
) STRICT;

-- Cells of a file that no column holds, so that nothing of it is lost; the id is the line's.
CREATE TABLE raw_cells (
    n INTEGER PRIMARY KEY, deleted_op INTEGER,
    id BLOB NOT NULL UNIQUE REFERENCES line (id) DEFERRABLE INITIALLY DEFERRED,
    cells TEXT NOT NULL
) STRICT;

-- v_* count the changes of the fields people edit together.
CREATE TABLE renewal (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    contract BLOB NOT NULL REFERENCES contract (id) DEFERRABLE INITIALLY DEFERRED,
    end_on TEXT NOT NULL, currency TEXT, stage TEXT NOT NULL, stage_on TEXT, owner TEXT,
    next_step TEXT, next_date TEXT, snoozed_until TEXT, planned_on TEXT, forecast TEXT,
    at_risk TEXT, signals TEXT NOT NULL, po_number TEXT, order_number TEXT, booked_on TEXT,
    loss_reason TEXT, reviewed_on TEXT, reviewed_reasons TEXT,
    v_stage INTEGER NOT NULL, v_owner INTEGER NOT NULL, v_next INTEGER NOT NULL,
    v_outlook INTEGER NOT NULL
) STRICT;

CREATE TABLE quote (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    number TEXT NOT NULL,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    renewals TEXT NOT NULL, currency TEXT NOT NULL, version INTEGER NOT NULL,
    status TEXT NOT NULL, created_on TEXT NOT NULL, valid_until TEXT, sent_on TEXT
) STRICT;
CREATE UNIQUE INDEX quote_number ON quote (number) WHERE deleted_op IS NULL;

CREATE TABLE quote_line (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL,
    renews BLOB REFERENCES line (id) DEFERRABLE INITIALLY DEFERRED,
    renewal BLOB REFERENCES renewal (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL, serial TEXT, pid TEXT, description TEXT, service_sku TEXT,
    service_level TEXT, quantity TEXT NOT NULL, unit_list TEXT, list_years TEXT NOT NULL,
    start_on TEXT NOT NULL, end_on TEXT NOT NULL, buy_by TEXT NOT NULL, buy_value TEXT NOT NULL,
    sell_by TEXT NOT NULL, sell_value TEXT NOT NULL, proration TEXT NOT NULL, ldos TEXT,
    cut_at_ldos INTEGER NOT NULL, portfolio TEXT, premium INTEGER, ea INTEGER,
    quote BLOB NOT NULL REFERENCES quote (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX quote_line_quote ON quote_line (quote);

CREATE TABLE decision (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    suggestion TEXT NOT NULL, facts TEXT NOT NULL, verdict TEXT NOT NULL,
    quote BLOB REFERENCES quote (id) DEFERRABLE INITIALLY DEFERRED,
    reason TEXT, until TEXT, on_day TEXT NOT NULL, by_whom TEXT NOT NULL
) STRICT;

CREATE TABLE adoption (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    offer TEXT NOT NULL, use_case TEXT NOT NULL, stage TEXT NOT NULL, usage_pct TEXT, since TEXT
) STRICT;

CREATE TABLE baseline (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    reseller TEXT, be_id TEXT, portfolio TEXT NOT NULL, category TEXT, category_weight_pct TEXT,
    measurement TEXT NOT NULL, metric TEXT, measurement_weight_pct TEXT, month TEXT NOT NULL,
    achieved TEXT, achieved_index TEXT, applied_index TEXT, a TEXT, b TEXT, c TEXT,
    count_a TEXT, count_b TEXT, count_c TEXT,
    batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED, sheet_row INTEGER
) STRICT;

CREATE TABLE activity (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    renewal BLOB NOT NULL REFERENCES renewal (id) DEFERRABLE INITIALLY DEFERRED,
    on_day TEXT NOT NULL, by_whom TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL
) STRICT;

CREATE TABLE eox (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    pid TEXT NOT NULL, none_announced INTEGER NOT NULL, bulletin TEXT, url TEXT,
    end_of_sale TEXT, last_attach TEXT, last_renewal TEXT, ldos TEXT, successor TEXT,
    updated TEXT, synthetic INTEGER NOT NULL,
    batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE saved_view (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL, filter TEXT NOT NULL, sort TEXT NOT NULL,
    descending INTEGER NOT NULL, grouped INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
) STRICT;

-- The history. undo_next / redo_next: what an undo or redo right after this operation acts on.
-- hash covers the previous operation's hash, this row and its changes.
CREATE TABLE operation (
    seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at TEXT NOT NULL, today TEXT NOT NULL,
    actor TEXT NOT NULL, device TEXT NOT NULL, label TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'restore')),
    reverts INTEGER REFERENCES operation (seq), rows INTEGER NOT NULL,
    undo_next INTEGER, redo_next INTEGER, hash BLOB NOT NULL
) STRICT;

-- What an operation did: rows first..last of a table were inserted, hidden (tombstoned), shown
-- again, or one row was updated and held the values in `before` until then. For hidden and shown
-- rows `before` holds the mark (`deleted_op`) that was set or taken off.
CREATE TABLE change (
    op INTEGER NOT NULL REFERENCES operation (seq) DEFERRABLE INITIALLY DEFERRED,
    i INTEGER NOT NULL, tbl TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('insert', 'hide', 'show', 'update')),
    first INTEGER NOT NULL, last INTEGER NOT NULL, before TEXT,
    PRIMARY KEY (op, i)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER operation_is_kept BEFORE UPDATE ON operation
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE TRIGGER operation_stays BEFORE DELETE ON operation
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE TRIGGER change_is_kept BEFORE UPDATE ON change
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE TRIGGER change_stays BEFORE DELETE ON change
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
