-- Failures count for each account and source, first passwords expire, and TOTP secrets are sealed (docs/adr/010).

alter table tilgang.konto drop column feil;
alter table tilgang.konto drop column sperret_til;
-- Secrets that lay open here go: who used an app gets codes by SMS until it is set up again.
alter table tilgang.konto drop column totp_hemmelighet;
alter table tilgang.konto add column totp_forseglet varchar;

create table tilgang.forsok (
    bruker_id varchar not null,
    -- A known browser's or an address' digest, «alle» for all addresses together, «innlogget» for one's own pages.
    kilde varchar not null,
    feil integer not null,
    sist timestamptz not null,
    sperret_til timestamptz not null,
    primary key (bruker_id, kilde)
);

-- Browsers that somebody has logged in with; the token itself is in the browser only.
create table tilgang.kjent_nettleser (
    nokkel varchar primary key,
    bruker_id varchar not null,
    sist_brukt timestamptz not null
);

create table tilgang.forstegangspassord (
    bruker_id varchar primary key,
    utloper timestamptz not null
);

-- What a code in tilgang.engangskode confirms: a new mobile or e-mail.
create table tilgang.kontaktbytte (
    nokkel varchar primary key,
    felt varchar not null,
    verdi varchar not null
);
