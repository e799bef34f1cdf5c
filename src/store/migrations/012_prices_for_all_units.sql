-- Quote lines may hold a price typed for all their units (`extended_net`, `extended_sell`). No table
-- changes; the step keeps programs that do not know the words from opening the book.
SELECT 1;
