-- Accounts, applications, sessions, codes and messages. tilgang.bruker says who a user is, tilgang.konto how they log in.


create table tilgang.konto (
    bruker_id varchar primary key,
    brukernavn varchar not null,
    mobil varchar,
    epost varchar,
    stilling varchar,
    passord_hash varchar,
    maa_bytte boolean not null,
    totp_hemmelighet varchar,
    -- The time step of the last TOTP code that the user logged in with, so that no code can be used twice.
    totp_brukt bigint,
    aktiv boolean not null,
    feil integer not null,
    sperret_til timestamptz,
    opprettet timestamptz not null
);
insert into tilgang.konto
select bruker_id, bruker_id, null, null, null, null, true, null, null, true, 0, null, now() from tilgang.bruker;

create table tilgang.soknad (
    soknad_id integer primary key,
    navn varchar not null,
    brukernavn varchar not null,
    mobil varchar not null,
    epost varchar not null,
    stilling varchar not null,
    region varchar not null,
    organisasjon varchar not null,
    klinikk varchar not null,
    avdeling varchar not null,
    prosjekt varchar not null,
    sokt_organisasjon varchar not null,
    rolle varchar not null,
    tilstand varchar not null,
    sendt timestamptz not null,
    behandlet timestamptz,
    behandlet_av varchar,
    grunn varchar,
    bruker_id varchar
);
insert into register.teller values ('soknad', 1), ('melding', 1), ('bruker', 1000);

-- Only digests of tokens and codes are stored.
create table tilgang.sesjon (
    nokkel varchar primary key,
    bruker_id varchar not null,
    enhet varchar,
    rolle varchar,
    opprettet timestamptz not null,
    sist_sett timestamptz not null,
    slutt timestamptz not null,
    avsluttet timestamptz
);

create table tilgang.engangskode (
    nokkel varchar primary key,
    bruker_id varchar not null,
    formaal varchar not null,
    kode varchar,
    opprettet timestamptz not null,
    utloper timestamptz not null,
    brukt timestamptz,
    forsok integer not null
);

-- One row per message, written in the transaction that decided it. The text is deleted when a real channel has sent it.
create table tilgang.utboks (
    melding_id integer primary key,
    kanal varchar not null,
    til varchar not null,
    tekst varchar not null,
    tilstand varchar not null,
    forsok integer not null,
    opprettet timestamptz not null,
    sendt timestamptz
);
