-- After the rows were copied.
INSERT INTO raw_cells_11 (n, deleted_op, line, cells)
SELECT raw_cells.n, raw_cells.deleted_op, line.n, raw_cells.cells
FROM raw_cells JOIN line ON line.id = raw_cells.id ORDER BY raw_cells.n;

INSERT INTO quote_line_11
SELECT n, deleted_op, id, number, (SELECT n FROM line WHERE line.id = quote_line.renews), renewal,
    kind, serial, pid, description, service_sku, service_level, quantity, unit_list, list_years,
    start_on, end_on, buy_by, buy_value, sell_by, sell_value, proration, ldos, cut_at_ldos,
    portfolio, premium, ea, quote, ai
FROM quote_line ORDER BY n;

-- Lines that quote lines named once, as the history tells.
INSERT OR IGNORE INTO earlier_line (id, n)
SELECT line.id, line.n
FROM change JOIN line ON line.id = unhex(change.before ->> '$.renews.blob')
WHERE change.tbl = 'quote_line' AND change.act = 'update';

-- Lines without a serial: what a decision was taken on names them by their id.
INSERT OR IGNORE INTO earlier_line (id, n)
SELECT line.id, line.n FROM line
WHERE coalesce(line.serial, '') = '' AND EXISTS (SELECT 1 FROM decision);

DROP TABLE raw_cells;
DROP TABLE quote_line;
DROP TABLE line;
ALTER TABLE line_11 RENAME TO line;
ALTER TABLE raw_cells_11 RENAME TO raw_cells;
ALTER TABLE quote_line_11 RENAME TO quote_line;
CREATE INDEX quote_line_quote ON quote_line (quote);
CREATE INDEX line_contract ON line (contract);

CREATE VIEW coverage_line AS SELECT
    n,
    (SELECT number FROM contract WHERE contract.n = line.contract) AS contract_number,
    (SELECT name FROM account WHERE account.n = line.account) AS customer,
    (SELECT name FROM site WHERE site.n = line.site) AS site,
    CASE kind WHEN 0 THEN 'service' WHEN 1 THEN 'subscription' WHEN 2 THEN 'asset' WHEN 3 THEN 'wrapper' END AS kind,
    serial AS serial,
    instance AS instance,
    coalesce((SELECT text FROM word WHERE word.n = line.pid), line.pid) AS pid,
    coalesce((SELECT text FROM word WHERE word.n = line.description), line.description) AS description,
    coalesce((SELECT text FROM word WHERE word.n = line.service_sku), line.service_sku) AS service_sku,
    coalesce((SELECT text FROM word WHERE word.n = line.service_level), line.service_level) AS service_level,
    date(start_on * 86400, 'unixepoch') AS start_on,
    date(end_on * 86400, 'unixepoch') AS end_on,
    CASE typeof(quantity) WHEN 'integer' THEN substr('-', 1, quantity < 0)
            || substr(printf('%0*d', (quantity & 31) + 1, abs(quantity >> 5)), 1, length(printf('%0*d', (quantity & 31) + 1, abs(quantity >> 5))) - (quantity & 31))
            || substr('.', 1, (quantity & 31) > 0) || substr(printf('%0*d', (quantity & 31) + 1, abs(quantity >> 5)), length(printf('%0*d', (quantity & 31) + 1, abs(quantity >> 5))) - (quantity & 31) + 1)
        ELSE quantity END AS quantity,
    CASE typeof(unit_list) WHEN 'integer' THEN substr('-', 1, unit_list < 0)
            || substr(printf('%0*d', (unit_list & 31) + 1, abs(unit_list >> 5)), 1, length(printf('%0*d', (unit_list & 31) + 1, abs(unit_list >> 5))) - (unit_list & 31))
            || substr('.', 1, (unit_list & 31) > 0) || substr(printf('%0*d', (unit_list & 31) + 1, abs(unit_list >> 5)), length(printf('%0*d', (unit_list & 31) + 1, abs(unit_list >> 5))) - (unit_list & 31) + 1)
        ELSE unit_list END AS unit_list,
    CASE typeof(list_years) WHEN 'integer' THEN substr('-', 1, list_years < 0)
            || substr(printf('%0*d', (list_years & 31) + 1, abs(list_years >> 5)), 1, length(printf('%0*d', (list_years & 31) + 1, abs(list_years >> 5))) - (list_years & 31))
            || substr('.', 1, (list_years & 31) > 0) || substr(printf('%0*d', (list_years & 31) + 1, abs(list_years >> 5)), length(printf('%0*d', (list_years & 31) + 1, abs(list_years >> 5))) - (list_years & 31) + 1)
        ELSE list_years END AS list_years,
    CASE typeof(prorated_list) WHEN 'integer' THEN substr('-', 1, prorated_list < 0)
            || substr(printf('%0*d', (prorated_list & 31) + 1, abs(prorated_list >> 5)), 1, length(printf('%0*d', (prorated_list & 31) + 1, abs(prorated_list >> 5))) - (prorated_list & 31))
            || substr('.', 1, (prorated_list & 31) > 0) || substr(printf('%0*d', (prorated_list & 31) + 1, abs(prorated_list >> 5)), length(printf('%0*d', (prorated_list & 31) + 1, abs(prorated_list >> 5))) - (prorated_list & 31) + 1)
        ELSE prorated_list END AS prorated_list,
    CASE typeof(discount_pct) WHEN 'integer' THEN substr('-', 1, discount_pct < 0)
            || substr(printf('%0*d', (discount_pct & 31) + 1, abs(discount_pct >> 5)), 1, length(printf('%0*d', (discount_pct & 31) + 1, abs(discount_pct >> 5))) - (discount_pct & 31))
            || substr('.', 1, (discount_pct & 31) > 0) || substr(printf('%0*d', (discount_pct & 31) + 1, abs(discount_pct >> 5)), length(printf('%0*d', (discount_pct & 31) + 1, abs(discount_pct >> 5))) - (discount_pct & 31) + 1)
        ELSE discount_pct END AS discount_pct,
    CASE typeof(extended_net) WHEN 'integer' THEN substr('-', 1, extended_net < 0)
            || substr(printf('%0*d', (extended_net & 31) + 1, abs(extended_net >> 5)), 1, length(printf('%0*d', (extended_net & 31) + 1, abs(extended_net >> 5))) - (extended_net & 31))
            || substr('.', 1, (extended_net & 31) > 0) || substr(printf('%0*d', (extended_net & 31) + 1, abs(extended_net >> 5)), length(printf('%0*d', (extended_net & 31) + 1, abs(extended_net >> 5))) - (extended_net & 31) + 1)
        ELSE extended_net END AS extended_net,
    coalesce((SELECT text FROM word WHERE word.n = line.currency), line.currency) AS currency,
    date(ldos * 86400, 'unixepoch') AS ldos,
    date(warranty_end * 86400, 'unixepoch') AS warranty_end,
    date(ship_date * 86400, 'unixepoch') AS ship_date,
    date(terminated * 86400, 'unixepoch') AS terminated,
    CASE coverage WHEN 0 THEN 'covered' WHEN 1 THEN 'pending' WHEN 2 THEN 'overdue' WHEN 3 THEN 'expired' WHEN 4 THEN 'terminated' WHEN 5 THEN 'not_covered' WHEN 6 THEN 'masked' WHEN 7 THEN 'unknown' END AS coverage,
    coalesce((SELECT text FROM word WHERE word.n = line.status_raw), line.status_raw) AS status_raw,
    renewed_to AS renewed_to,
    replaced_by AS replaced_by,
    coalesce((SELECT text FROM word WHERE word.n = line.portfolio), line.portfolio) AS portfolio,
    coalesce((SELECT text FROM word WHERE word.n = line.product_portfolio), line.product_portfolio) AS product_portfolio,
    coalesce((SELECT text FROM word WHERE word.n = line.portfolio_typed), line.portfolio_typed) AS portfolio_typed,
    premium AS premium,
    ea AS ea,
    ai AS ai,
    customer_renew AS customer_renew,
    customer_comment AS customer_comment,
    (SELECT file FROM batch WHERE batch.n = line.gone_in) AS gone_in_file,
    coalesce((SELECT text FROM word WHERE word.n = line.origin_sheet), line.origin_sheet) AS origin_sheet,
    (SELECT file FROM batch WHERE batch.n = line.origin_batch) AS origin_file,
    origin_row AS origin_row,
    coalesce((SELECT text FROM word WHERE word.n = line.heads), line.heads) AS cell_headers,
    cells AS cell_texts
FROM line WHERE deleted_op IS NULL;
