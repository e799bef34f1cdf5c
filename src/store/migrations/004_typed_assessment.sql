-- Assessment rows may be typed by a person instead of read from a sheet.
ALTER TABLE baseline ADD COLUMN typed_by TEXT;
ALTER TABLE baseline ADD COLUMN typed_on TEXT;
