-- Which price rule priced a quote line, and what it said. The rules themselves are a setting.
ALTER TABLE quote_line ADD COLUMN rule TEXT;
