-- Where an adoption state was read, since when files show it in its stage, and what is open in that stage.
ALTER TABLE adoption ADD COLUMN seen_on TEXT;
ALTER TABLE adoption ADD COLUMN open_actions TEXT;
ALTER TABLE adoption ADD COLUMN origin_batch BLOB REFERENCES batch (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE adoption ADD COLUMN origin_row INTEGER;
