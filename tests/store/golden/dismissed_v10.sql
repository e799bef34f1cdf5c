-- A book of schema version 10, as the program of that schema wrote it: two devices without a serial,
-- a suggestion for each, and the one for the Catalyst 9300 dismissed on 2026-11-22.
PRAGMA application_id = 0x524e444b;
PRAGMA user_version = 10;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE account (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL, party_id TEXT, country TEXT
) STRICT;
INSERT INTO account VALUES(1,NULL,X'01a21e57f12d7464b09dacdc67d74c13','Nordbad',NULL,'DE');
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
INSERT INTO batch VALUES(1,NULL,X'01a21e57f12d7464b09dacdb3caca808','f.csv','cc2d576d515ac48455ddc7437326c77995383bbcca695390300c973aa7da52cd','generic','2026-11-27T18:50:09Z',3,3,0,0,0,0);
CREATE TABLE contract (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    number TEXT NOT NULL, kind TEXT NOT NULL, program TEXT, service_level TEXT, status_raw TEXT,
    start_on TEXT, end_on TEXT
) STRICT;
INSERT INTO contract VALUES(1,NULL,X'01a21e57f12d7464b09dacdd8912b179',X'01a21e57f12d7464b09dacdc67d74c13','2001','service',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE subscription (
    n INTEGER PRIMARY KEY, deleted_op INTEGER,
    id BLOB NOT NULL UNIQUE REFERENCES contract (id) DEFERRABLE INITIALLY DEFERRED,
    term_months INTEGER NOT NULL, notice_days INTEGER NOT NULL
) STRICT;
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
, ai INTEGER, customer_renew INTEGER, customer_comment TEXT, origin_sheet TEXT) STRICT;
INSERT INTO line VALUES(1,NULL,X'01a21e57f12d7464b09dacde6ee55728',X'01a21e57f12d7464b09dacdd8912b179',X'01a21e57f12d7464b09dacdc67d74c13',NULL,'service','FOC11112222','70001','C9300-24T-E','Catalyst 9300','CON-SNT-C93002TE','8x5xNBD','2026-01-02','2027-01-01','1','1240.00','1',NULL,NULL,'992.00','USD',NULL,NULL,NULL,NULL,'covered','ACTIVE',NULL,NULL,'Services','Networking',NULL,NULL,NULL,NULL,X'01a21e57f12d7464b09dacdb3caca808',2,NULL,NULL,NULL,NULL);
INSERT INTO line VALUES(2,NULL,X'01a21e57f12d7464b09dacdf55f5a2f3',NULL,X'01a21e57f12d7464b09dacdc67d74c13',NULL,'asset',NULL,'70002','C9300-48P-A','Catalyst 9300 48-port',NULL,NULL,NULL,NULL,'2',NULL,'1',NULL,NULL,NULL,'USD',NULL,NULL,NULL,NULL,'not_covered','NOT COVERED',NULL,NULL,'Networking','Networking',NULL,NULL,NULL,NULL,X'01a21e57f12d7464b09dacdb3caca808',3,NULL,NULL,NULL,NULL);
INSERT INTO line VALUES(3,NULL,X'01a21e57f12d7464b09dace006963626',NULL,X'01a21e57f12d7464b09dacdc67d74c13',NULL,'asset',NULL,'70003','C9200L-24T-4G-E','Catalyst 9200L',NULL,NULL,NULL,NULL,'1',NULL,'1',NULL,NULL,NULL,'USD',NULL,NULL,NULL,NULL,'not_covered','NOT COVERED',NULL,NULL,'Networking','Networking',NULL,NULL,NULL,NULL,X'01a21e57f12d7464b09dacdb3caca808',4,NULL,NULL,NULL,NULL);
CREATE TABLE raw_cells (
    n INTEGER PRIMARY KEY, deleted_op INTEGER,
    id BLOB NOT NULL UNIQUE REFERENCES line (id) DEFERRABLE INITIALLY DEFERRED,
    cells TEXT NOT NULL
) STRICT;
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
INSERT INTO renewal VALUES(1,NULL,X'01a21e57f12d7464b09dace1c705ab5b',X'01a21e57f12d7464b09dacdd8912b179','2027-01-01','USD','upcoming',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'[]',NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0);
CREATE TABLE quote (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    number TEXT NOT NULL,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    renewals TEXT NOT NULL, currency TEXT NOT NULL, version INTEGER NOT NULL,
    status TEXT NOT NULL, created_on TEXT NOT NULL, valid_until TEXT, sent_on TEXT
) STRICT;
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
, ai INTEGER) STRICT;
CREATE TABLE decision (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    suggestion TEXT NOT NULL, facts TEXT NOT NULL, verdict TEXT NOT NULL,
    quote BLOB REFERENCES quote (id) DEFERRABLE INITIALLY DEFERRED,
    reason TEXT, until TEXT, on_day TEXT NOT NULL, by_whom TEXT NOT NULL
) STRICT;
INSERT INTO decision VALUES(1,NULL,X'01a21e57f59f759c9bf1100ee1657cb6','coverage_gap/01a21e57-f12d-7464-b09d-acdc67d74c13/Catalyst 9300','b31130825cf79749','dismissed',NULL,'spare in the store',NULL,'2026-11-22','tester');
CREATE TABLE adoption (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    offer TEXT NOT NULL, use_case TEXT NOT NULL, stage TEXT NOT NULL, usage_pct TEXT, since TEXT
, adoption_pct TEXT) STRICT;
CREATE TABLE baseline (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    reseller TEXT, be_id TEXT, portfolio TEXT NOT NULL, category TEXT, category_weight_pct TEXT,
    measurement TEXT NOT NULL, metric TEXT, measurement_weight_pct TEXT, month TEXT NOT NULL,
    achieved TEXT, achieved_index TEXT, applied_index TEXT, a TEXT, b TEXT, c TEXT,
    count_a TEXT, count_b TEXT, count_c TEXT,
    batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED, sheet_row INTEGER
, typed_by TEXT, typed_on TEXT) STRICT;
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
, notice TEXT) STRICT;
CREATE TABLE saved_view (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL, filter TEXT NOT NULL, sort TEXT NOT NULL,
    descending INTEGER NOT NULL, grouped INTEGER NOT NULL
) STRICT;
CREATE TABLE setting (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE operation (
    seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at TEXT NOT NULL, today TEXT NOT NULL,
    actor TEXT NOT NULL, device TEXT NOT NULL, label TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'restore')),
    reverts INTEGER REFERENCES operation (seq), rows INTEGER NOT NULL,
    undo_next INTEGER, redo_next INTEGER, hash BLOB NOT NULL
) STRICT;
INSERT INTO operation VALUES(1,X'01a21e57f0eb7b7bb9d89b3a93be8cc6','2026-11-27T18:50:09.515930Z','2026-11-22','tester','local','import f.csv','edit',NULL,8,1,NULL,X'25a9c41806177fa131f49958a64d47fef5c890108994cbdcc19df71a0dadf544');
INSERT INTO operation VALUES(2,X'01a21e57f59f7ffc9633e53d528c9b9c','2026-11-27T18:50:10.719157Z','2026-11-22','tester','local','dismissed: Cover 2 × Catalyst 9300 at 8x5xNBD (SNT) (Nordbad)','edit',NULL,1,2,NULL,X'be88f6ca990cad8d37d25b4eaca36ac54b4685d08322b44713c5299e2b36c06b');
CREATE TABLE change (
    op INTEGER NOT NULL REFERENCES operation (seq) DEFERRABLE INITIALLY DEFERRED,
    i INTEGER NOT NULL, tbl TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('insert', 'hide', 'show', 'update')),
    first INTEGER NOT NULL, last INTEGER NOT NULL, before TEXT,
    PRIMARY KEY (op, i)
) STRICT, WITHOUT ROWID;
INSERT INTO change VALUES(1,0,'batch','insert',1,1,NULL);
INSERT INTO change VALUES(1,1,'account','insert',1,1,NULL);
INSERT INTO change VALUES(1,2,'contract','insert',1,1,NULL);
INSERT INTO change VALUES(1,3,'line','insert',1,3,NULL);
INSERT INTO change VALUES(1,4,'batch','update',1,1,'{"rows_new":1,"rows_read":1}');
INSERT INTO change VALUES(1,5,'renewal','insert',1,1,NULL);
INSERT INTO change VALUES(2,0,'decision','insert',1,1,NULL);
CREATE TABLE quote_version (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    quote BLOB NOT NULL REFERENCES quote (id) DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL, name TEXT NOT NULL, on_day TEXT NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE TABLE cpi_rate (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    component TEXT NOT NULL, gsp TEXT NOT NULL, region TEXT NOT NULL, partner_type TEXT NOT NULL,
    rate_pct TEXT NOT NULL, from_day TEXT, to_day TEXT, demo INTEGER NOT NULL,
    origin_batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED, origin_row INTEGER
) STRICT;
CREATE TABLE offer_group (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    product TEXT NOT NULL, gsp TEXT NOT NULL, from_day TEXT, to_day TEXT, demo INTEGER NOT NULL,
    origin_batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED, origin_row INTEGER
) STRICT;
CREATE TABLE use_case (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED,
    offer TEXT NOT NULL, use_case TEXT NOT NULL, eligibility TEXT NOT NULL,
    booked_on TEXT, opt_in_on TEXT, expires_on TEXT, currency TEXT NOT NULL,
    milestones TEXT NOT NULL, demo INTEGER NOT NULL,
    origin_batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED, origin_row INTEGER
) STRICT;
CREATE TABLE pack_version (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    number INTEGER NOT NULL, pack TEXT NOT NULL, title TEXT NOT NULL, as_of TEXT NOT NULL,
    sha256 TEXT NOT NULL, overlay_file TEXT, overlay TEXT,
    first_on TEXT NOT NULL, by_whom TEXT NOT NULL
) STRICT;
CREATE TABLE projection (
    n INTEGER PRIMARY KEY, deleted_op INTEGER, id BLOB NOT NULL UNIQUE,
    on_day TEXT NOT NULL, month TEXT NOT NULL, view TEXT NOT NULL,
    pack BLOB NOT NULL REFERENCES pack_version (id) DEFERRABLE INITIALLY DEFERRED,
    pack_name TEXT NOT NULL, baseline_month TEXT, note TEXT, automatic INTEGER NOT NULL,
    scores TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX quote_number ON quote (number) WHERE deleted_op IS NULL;
CREATE INDEX quote_line_quote ON quote_line (quote);
CREATE TRIGGER operation_is_kept BEFORE UPDATE ON operation
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE TRIGGER operation_stays BEFORE DELETE ON operation
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE TRIGGER change_is_kept BEFORE UPDATE ON change
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE TRIGGER change_stays BEFORE DELETE ON change
BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE INDEX quote_version_quote ON quote_version (quote);
CREATE INDEX projection_day ON projection (on_day);
CREATE INDEX renewal_end ON renewal (end_on)
    WHERE booked_on IS NULL AND loss_reason IS NULL AND deleted_op IS NULL;
CREATE INDEX line_contract ON line (contract);
CREATE INDEX activity_renewal ON activity (renewal);
COMMIT;
