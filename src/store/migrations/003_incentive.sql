-- The partner's own incentive figures: rates, offer groups of products, use cases with milestones.
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
