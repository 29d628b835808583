-- Patient forms by ePROM and on paper: what was ordered, the links that open a form, and the messages that carry them.
-- No name, number or address here: whom a message goes to is looked up in identitet when it is sent.

create schema prom;

insert into register.teller values ('bestilling', 1), ('prommelding', 1);

-- One row per order; a form is ordered again when an order could not reach the patient.
create table prom.bestilling (
    bestilling_id integer primary key,
    forlop_id integer not null,
    skjema varchar not null,
    maate varchar not null,             -- automatisk, manuell
    kanal varchar not null,             -- sikker, sms, epost
    tilstand varchar not null,          -- bestilt, sendt, besvart, utlopt, stoppet, ikke_sendt
    arsak varchar,                      -- why it was not sent
    dag date not null,                  -- D: the reminder goes on D+3, the form locks on D+6
    bestilt timestamptz not null,
    bestilt_av varchar not null,
    sendt timestamptz,
    avsluttet timestamptz
);

-- A link opens one form. The token itself is in the message only.
create table prom.lenke (
    token_hash varchar primary key,
    bestilling_id integer not null,
    opprettet timestamptz not null
);

create table prom.utboks (
    melding_id integer primary key,
    bestilling_id integer not null,
    slag varchar not null,              -- skjema, paaminnelse, utlopt
    nokkel varchar not null,            -- idempotency key: the same for every try
    kanal varchar not null,
    tekst varchar not null,             -- emptied when it has gone
    forfall timestamptz not null,
    tilstand varchar not null,          -- venter, sendt, lokal, feilet
    forsok integer not null,
    neste timestamptz not null,
    feil varchar,
    opprettet timestamptz not null,
    sendt timestamptz
);

-- Forms that were handed out on paper: they lock six days after consent or sluttdato.
create table prom.papir (
    forlop_id integer not null,
    skjema varchar not null,
    merket timestamptz not null,
    merket_av varchar not null,
    primary key (forlop_id, skjema)
);
