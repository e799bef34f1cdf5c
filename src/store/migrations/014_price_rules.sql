-- Which price rule priced a quote line, and what it said. The rules themselves are a setting.
ALTER TABLE quote_line ADD COLUMN rule TEXT;
-- Days licences were bought for, where their ends were averaged since.
ALTER TABLE quote_line ADD COLUMN licence_days INTEGER;
