-- The rep's mark for AI products, beside premium and ea.
ALTER TABLE line ADD COLUMN ai INTEGER;
ALTER TABLE quote_line ADD COLUMN ai INTEGER;
