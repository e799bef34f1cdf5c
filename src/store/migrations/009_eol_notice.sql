-- The number a collector gives an end-of-life notice; it joins the lists that come as single files.
ALTER TABLE eox ADD COLUMN notice TEXT;
