-- What a check against the hospital's own list of referrals found, as counts only: nobody can be told from them.
-- And the files that have been made for those who may fetch them.

create table register.epj_kontroll (
    enhet varchar not null,
    maaned date not null,               -- first day of the month the referrals were made in
    avdeling_id integer,                -- null: the list names an avdeling that the unit does not have, or none
    henvist integer not null,           -- referrals in the hospital's list
    registrert integer not null,        -- of them, those that have a forløp in the register
    tid timestamptz not null,
    bruker varchar not null
);

create table register.dokument (
    dokument_id integer primary key,
    slag varchar not null,              -- klokebok, datadump
    omfang varchar not null,            -- RESH of a unit, or nasjonal
    filnavn varchar not null,           -- what the file is called when it is fetched
    dato date not null,                 -- the day the contents are dated
    storrelse bigint not null,          -- bytes
    sha256 varchar not null,
    laget timestamptz not null,
    laget_av varchar not null
);
insert into register.teller values ('dokument', 1);
