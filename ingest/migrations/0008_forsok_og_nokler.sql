-- Failures count for each account and source, first passwords expire, and TOTP secrets are sealed (docs/adr/010).

alter table tilgang.konto drop column feil;
alter table tilgang.konto drop column sperret_til;
-- The secrets stored in the open are dropped: users with an app get codes by SMS until they set the app up again.
alter table tilgang.konto drop column totp_hemmelighet;
alter table tilgang.konto add column totp_forseglet varchar;

create table tilgang.forsok (
    bruker_id varchar not null,
    -- Digest of a known browser or of an address, «alle» for all addresses together, «innlogget» for the user's own pages.
    kilde varchar not null,
    feil integer not null,
    sist timestamptz not null,
    sperret_til timestamptz not null,
    primary key (bruker_id, kilde)
);

-- Browsers that a user has logged in with. Only the browser holds the token itself.
create table tilgang.kjent_nettleser (
    nokkel varchar primary key,
    bruker_id varchar not null,
    sist_brukt timestamptz not null
);

create table tilgang.forstegangspassord (
    bruker_id varchar primary key,
    utloper timestamptz not null
);

-- The new mobile or e-mail that a code in tilgang.engangskode confirms.
create table tilgang.kontaktbytte (
    nokkel varchar primary key,
    felt varchar not null,
    verdi varchar not null
);
