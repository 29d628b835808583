-- What is kept of the national services. How far the Folkeregister's events are read; no row until the first have been.
create table register.folkeregister_hendelser (siste varchar not null, lest timestamptz not null);

-- The orders of patient forms as ePROM knows them, and what it has told of each. An order of ours has two when it was placed
-- again because the program stopped before ePROM's answer was kept; only the first answer is stored.
create table prom.eprom_ordre (
    ordre_id varchar primary key,
    bestilling_id integer not null,
    bestilt timestamptz not null,
    kanal varchar,                      -- how ePROM reached the patient
    utfall varchar,                     -- utfylt, utlopt, feilet, ikke_lagret
    svar_hash varchar,                  -- of the answer that was stored or left
    avsluttet timestamptz
);
