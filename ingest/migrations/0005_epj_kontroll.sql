-- What a check against the hospital's own list of referrals found. Only counts are stored, which point to no patient.
-- And the documents that have been made for LC and SC to fetch.

create table register.epj_kontroll (
    enhet varchar not null,
    maaned date not null,               -- first day of the month the referrals were made in
    avdeling_id integer,                -- null when the list names no avdeling, or one that the unit does not have
    henvist integer not null,           -- referrals in the hospital's list
    registrert integer not null,        -- the referrals among them that have a forløp in the register
    tid timestamptz not null,
    bruker varchar not null
);

create table register.dokument (
    dokument_id integer primary key,
    slag varchar not null,              -- klokebok, datadump
    omfang varchar not null,            -- RESH of a unit, or nasjonal
    filnavn varchar not null,           -- the file's name when it is fetched
    dato date not null,                 -- the day the contents are dated
    storrelse bigint not null,          -- bytes
    sha256 varchar not null,
    laget timestamptz not null,
    laget_av varchar not null
);
insert into register.teller values ('dokument', 1);
