-- The first screen of a large book asks for what the customers of its rows have: without these it read
-- every use case, quote and adoption state of the book, half of all the pages it touched.
CREATE INDEX use_case_account ON use_case (account);
CREATE INDEX quote_account ON quote (account);
CREATE INDEX adoption_account ON adoption (account);
