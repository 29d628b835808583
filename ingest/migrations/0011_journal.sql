-- How far the journal has come: which register it is of, its last record that this file holds, and the chain up to it. No
-- row until a journal is begun.

create table register.journal (register_id varchar not null, nr bigint not null, kjede varchar not null);

-- DuckDB can lose rows of a secondary index (not of a primary key) when a file is closed after a crash without a checkpoint.
-- Looking through the numbers takes a few milliseconds.
drop index identitet.person_idnr;
