-- A line is named by its number, n, and holds numbers where it held texts that thousands of lines
-- share: a book is mostly lines. Rows are copied by the program, which knows how values are packed:
--   days         days since 1970-01-01
--   decimals     digits * 32 + scale (12.50 is 1250 * 32 + 2); text where the digits are too many
--   kind, coverage   their place in a list, see the view
--   pid, description and other shared texts   n in word, or the text where word is full
--   contract, account, site, gone_in, origin_batch   n of those tables
--   heads, cells   cells of the file that no column holds: a list of headers, a list of texts
-- coverage_line shows all of it in words.

CREATE TABLE word (n INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE line_11 (
    n INTEGER PRIMARY KEY, deleted_op INTEGER,
    contract INTEGER REFERENCES contract (n) DEFERRABLE INITIALLY DEFERRED,
    account INTEGER NOT NULL REFERENCES account (n) DEFERRABLE INITIALLY DEFERRED,
    site INTEGER REFERENCES site (n) DEFERRABLE INITIALLY DEFERRED,
    kind INTEGER NOT NULL, serial TEXT, instance TEXT, pid ANY, description ANY,
    service_sku ANY, service_level ANY, start_on INTEGER, end_on INTEGER,
    quantity ANY NOT NULL, unit_list ANY, list_years ANY NOT NULL, prorated_list ANY,
    discount_pct ANY, extended_net ANY, currency ANY, ldos INTEGER, warranty_end INTEGER,
    ship_date INTEGER, terminated INTEGER, coverage INTEGER NOT NULL, status_raw ANY,
    renewed_to TEXT, replaced_by TEXT, portfolio ANY, product_portfolio ANY,
    portfolio_typed ANY, premium INTEGER, ea INTEGER, ai INTEGER, customer_renew INTEGER,
    customer_comment TEXT,
    gone_in INTEGER REFERENCES batch (n) DEFERRABLE INITIALLY DEFERRED,
    origin_sheet ANY,
    origin_batch INTEGER REFERENCES batch (n) DEFERRABLE INITIALLY DEFERRED, origin_row INTEGER,
    heads ANY, cells TEXT
) STRICT;

-- Cells that imports before this step brought stay where the history knows them; later ones stand
-- with their line.
CREATE TABLE raw_cells_11 (
    n INTEGER PRIMARY KEY, deleted_op INTEGER,
    line INTEGER NOT NULL REFERENCES line_11 (n) DEFERRABLE INITIALLY DEFERRED,
    cells TEXT NOT NULL
) STRICT;

CREATE TABLE quote_line_11 (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL,
    renews INTEGER REFERENCES line_11 (n) DEFERRABLE INITIALLY DEFERRED,
    renewal BLOB REFERENCES renewal (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL, serial TEXT, pid TEXT, description TEXT, service_sku TEXT,
    service_level TEXT, quantity TEXT NOT NULL, unit_list TEXT, list_years TEXT NOT NULL,
    start_on TEXT NOT NULL, end_on TEXT NOT NULL, buy_by TEXT NOT NULL, buy_value TEXT NOT NULL,
    sell_by TEXT NOT NULL, sell_value TEXT NOT NULL, proration TEXT NOT NULL, ldos TEXT,
    cut_at_ldos INTEGER NOT NULL, portfolio TEXT, premium INTEGER, ea INTEGER,
    quote BLOB NOT NULL REFERENCES quote (id) DEFERRABLE INITIALLY DEFERRED,
    ai INTEGER
) STRICT;

-- Ids that lines had before this step and that the history or a decision still names.
CREATE TABLE earlier_line (id BLOB PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
