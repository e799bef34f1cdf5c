-- What the customer ticked and wrote in an asset list that came back.
ALTER TABLE line ADD COLUMN customer_renew INTEGER;
ALTER TABLE line ADD COLUMN customer_comment TEXT;
