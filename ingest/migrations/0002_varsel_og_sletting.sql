-- Notices to the national coordinator, and the patients who have been erased at their demand. renset is when the file
-- was rewritten without them.

create table register.varsel (
    id integer primary key,
    tid timestamptz not null,
    enhet varchar not null,
    tekst varchar not null,
    lest_av varchar,
    lest timestamptz
);

create table register.sletting (
    pasient_id integer primary key,
    tid timestamptz not null,
    bruker varchar not null,
    grunn varchar not null,
    renset timestamptz
);

insert into register.teller values ('varsel', 1);
