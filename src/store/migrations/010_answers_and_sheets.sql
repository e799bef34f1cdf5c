-- What the customer ticked and wrote in an asset list that came back.
ALTER TABLE line ADD COLUMN customer_renew INTEGER;
ALTER TABLE line ADD COLUMN customer_comment TEXT;
-- The sheet a line was read from, where its workbook had tables on several.
ALTER TABLE line ADD COLUMN origin_sheet TEXT;
