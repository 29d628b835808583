-- How far the Folkeregister's events are read. No row until the first have been.
create table register.folkeregister_hendelser (siste varchar not null, lest timestamptz not null);
