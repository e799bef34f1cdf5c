-- How much of its adoption plan a use case has done, beside the share of the entitlement in use.
ALTER TABLE adoption ADD COLUMN adoption_pct TEXT;
