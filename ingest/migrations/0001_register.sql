-- The capture file: identity in a schema of its own, append-only documents with typed head rows, lists, access and log.

create schema identitet;
create schema register;
create schema tilgang;

create table register.migrering (nummer integer not null, navn varchar not null, kjort timestamptz not null);

create table register.teller (navn varchar primary key, neste integer not null);
insert into register.teller values ('pasient', 1001), ('forlop', 10001), ('lokasjon', 1), ('avdeling', 1);

-- One row per patient. Only screens, the print for innsyn and backup read it.
create table identitet.person (
    pasient_id integer primary key,
    idtype varchar not null,
    idnr varchar,
    fornavn varchar,
    etternavn varchar,
    adresse varchar,
    postnr varchar,
    poststed varchar,
    telefon varchar,
    epost varchar,
    oppdatert timestamptz not null
);
create index person_idnr on identitet.person (idnr);

create table register.pasient (
    pasient_id integer primary key,
    fodselsdato date,
    kjonn tinyint,
    avdod tinyint,
    dodsdato date,
    adressetype tinyint,
    dato_innhentet date,
    opprettet timestamptz not null
);

create table register.enhet (
    resh varchar primary key,
    navn varchar not null,
    hf varchar not null,
    rhf varchar not null,
    aktiv tinyint not null
);

create table register.lokasjon (
    lokasjon_id integer primary key,
    enhet varchar not null,
    navn varchar not null,
    visningsnavn varchar not null,
    resh varchar,
    aktiv tinyint not null
);

create table register.avdeling (
    avdeling_id integer primary key,
    enhet varchar not null,
    navn varchar not null,
    visningsnavn varchar not null,
    resh varchar,
    aktiv tinyint not null
);

-- One head row per forløp. Lists read only this table and register.skjema.
create table register.forlop (
    forlop_id integer primary key,
    pasient_id integer not null,
    enhet varchar not null,
    forlopstype tinyint,
    henvist_dato date,
    startdato date,
    tilsett tinyint,
    inkl_krit tinyint,
    samtykke tinyint,
    samtykke_type tinyint,
    samtykke_dato date,
    trukket_dato date,
    trukket_kilde varchar,
    lokasjon_id integer,
    avdeling_id integer,
    opprettet timestamptz not null,
    opprettet_av varchar not null,
    slettet timestamptz,
    slettet_av varchar,
    slettet_grunn varchar
);

create table register.skjema (
    forlop_id integer not null,
    skjema varchar not null,
    versjon integer not null,
    status tinyint not null,
    sist_lagret timestamptz,
    sist_lagret_av varchar,
    forst_ferdigstilt timestamptz,
    forst_ferdigstilt_av varchar,
    lukket_grunn tinyint,
    har_kommentar boolean not null,
    opprettet timestamptz not null,
    opprettet_av varchar not null,
    primary key (forlop_id, skjema)
);

-- One row per save, never updated. The digest is of the salted contents, so that contents and salt can be erased.
create table register.skjemaversjon (
    forlop_id integer not null,
    skjema varchar not null,
    versjon integer not null,
    status tinyint not null,
    svar json,
    bekreftet json,
    faktorsett varchar,
    bruker varchar not null,
    rolle varchar not null,
    enhet varchar not null,
    tid timestamptz not null,
    hendelse varchar not null,
    grunn varchar,
    salt blob not null,
    digest varchar not null
);

create table register.utkast (
    bruker varchar not null,
    forlop_id integer not null,
    skjema varchar not null,
    grunnversjon integer not null,
    svar json not null,
    tid timestamptz not null,
    primary key (bruker, forlop_id, skjema)
);

-- Internal comments. They are kept out of documents and snapshot, so that they never leave the register.
create table register.kommentar (
    forlop_id integer not null,
    skjema varchar not null,
    tekst varchar not null,
    bruker varchar not null,
    tid timestamptz not null
);

create table register.avdelingsbytte (
    forlop_id integer not null,
    fra_avdeling_id integer,
    til_avdeling_id integer not null,
    bruker varchar not null,
    tid timestamptz not null
);

create table register.ncsp (kode varchar primary key, tekst varchar not null);

create table tilgang.bruker (bruker_id varchar primary key, navn varchar not null);

create table tilgang.tildeling (bruker_id varchar not null, enhet varchar not null, rolle varchar not null);

create table tilgang.logg (
    nr bigint not null,
    tid timestamptz not null,
    bruker varchar not null,
    rolle varchar not null,
    enhet varchar not null,
    hendelse varchar not null,
    pasient_id integer,
    forlop_id integer,
    skjema varchar,
    detaljer json,
    salt blob not null,
    innhold varchar not null,
    kjede varchar not null
);

-- The end of the log's chain; one row.
create table tilgang.logghode (nr bigint not null, kjede varchar not null);
insert into tilgang.logghode values (0, '');
