-- Patient forms by ePROM and on paper: orders, the links that open a form, and the messages that carry the links.
-- No name, number or address is stored here: the receiver of a message is looked up in identitet when it is sent.

create schema prom;

insert into register.teller values ('bestilling', 1), ('prommelding', 1);

-- The schedule counts from samtykke_dato and from these: when the Ja was registered, and sluttdato in B 2.2.
alter table register.forlop add column samtykke_registrert timestamptz;
alter table register.forlop add column slutt_dato date;
update register.forlop f set samtykke_registrert = j.tid
from (
    select forlop_id, min(tid) as tid from register.skjemaversjon
    where skjema = 'to' and (svar ->> 'SkriftligSamtyk') = '1' and (svar ->> 'DatoSamtykke') is not null
    group by forlop_id
) j
where f.forlop_id = j.forlop_id and f.samtykke = 1;
update register.forlop f set slutt_dato = (v.svar ->> 'SluttDato')::date
from register.skjemaversjon v
join register.skjema s on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon
where v.skjema = 'b22' and f.forlop_id = v.forlop_id;

-- One row per order. A form has several orders when the earlier ones could not reach the patient.
create table prom.bestilling (
    bestilling_id integer primary key,
    forlop_id integer not null,
    skjema varchar not null,
    maate varchar not null,             -- automatisk, manuell
    kanal varchar not null,             -- sikker, sms, epost
    tilstand varchar not null,          -- bestilt, sendt, besvart, utlopt, stoppet, ikke_sendt
    arsak varchar,                      -- why it was not sent: ikke_digital, ikke_satt_opp, lisens, feilet
    dag date not null,                  -- D, the day it is sent: the reminder goes on D+3, the form locks on D+6
    bestilt timestamptz not null,
    bestilt_av varchar not null,
    sendt timestamptz,
    avsluttet timestamptz
);

-- A link opens one form. Only the message holds the token itself.
create table prom.lenke (
    token_hash varchar primary key,
    bestilling_id integer not null,
    opprettet timestamptz not null
);

create table prom.utboks (
    melding_id integer primary key,
    bestilling_id integer not null,
    slag varchar not null,              -- skjema, paaminnelse
    nokkel varchar not null,            -- idempotency key: the same for every try
    kanal varchar not null,
    tekst varchar not null,             -- emptied when the message is sent
    forfall timestamptz not null,
    tilstand varchar not null,          -- venter, sendes, sendt, lokal, feilet, avlyst
    forsok integer not null,
    neste timestamptz not null,
    feil varchar,
    opprettet timestamptz not null,
    sendt timestamptz
);

-- Forms handed out on paper, which lock six days after consent or sluttdato.
create table prom.papir (
    forlop_id integer not null,
    skjema varchar not null,
    merket timestamptz not null,
    merket_av varchar not null,
    primary key (forlop_id, skjema)
);
