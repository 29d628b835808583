-- The registry's edition with reservation instead of consent: whether a patient has reserved themselves against the registry. What
-- holds is the row with the highest nr; a patient without a row has never been asked about.
create table register.reservasjon (
    nr bigint primary key,
    pasient_id integer not null,
    status smallint not null check (status in (0, 1)),  -- 1: reserved
    kilde varchar not null,                 -- pvk, brev, telefon, oppmøte
    tid timestamptz not null,
    bruker varchar not null,
    begrunnelse varchar
);

-- What a reservation asks to be done: the deletion, which two coordinators carry out. A case that was lifted before stays as it was.
create table register.reservasjon_sak (
    sak_id integer primary key,
    pasient_id integer not null,
    kilde varchar not null,
    mottatt date not null,                  -- the day the patient said so
    tid timestamptz not null,
    bruker varchar not null,
    bekreftet timestamptz,                  -- the first of the two coordinators
    bekreftet_av varchar,
    utfort timestamptz,                     -- the second
    utfort_av varchar,
    opphevet timestamptz,
    antall_forlop integer,
    antall_skjema integer
);

-- The forløp that were deleted, countable and nobody's: per unit and month of the start, with InklKritOppf.
create table register.reservert_telling (
    enhet varchar not null,
    maaned date,                            -- the first day of the month; empty without a start
    inkl_krit tinyint,
    n integer not null
);

-- Numbers that may not be registered: a keyed hash, with the name of the key. Those of one person have the same random word.
create table register.reservert_nummer (
    avtrykk varchar primary key,
    nokkel varchar not null,
    person varchar not null
);

-- The orders that ePROM may still tell of: a hash of its id, so that what it tells is known and refused.
create table prom.reservert_ordre (avtrykk varchar primary key);

-- Answers to patient forms that came after the reservation, and were not stored: how many a day.
create table register.reservert_avvist (dag date primary key, n integer not null);

-- Whether the full list of those who are reserved has been read; one row when it has.
create table register.reservasjon_liste (lest timestamptz not null);

insert into register.teller values ('reservasjon', 1), ('reservasjon_sak', 1);
