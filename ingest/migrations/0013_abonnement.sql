-- Subscriptions to reports of what is published, and what came of each of them for each period.

create table register.abonnement (
    abonnement_id integer primary key,
    bruker varchar not null,
    -- The role and the unit that the user subscribes in, and whose figures the report has: a RESH-id or «nasjonal».
    rolle varchar not null,
    enhet varchar not null,
    omfang varchar not null,
    slag varchar not null,
    hyppighet varchar not null,
    begynt timestamptz not null,
    -- Since when the report is made this often.
    endret timestamptz not null,
    stoppet timestamptz,
    stoppet_grunn varchar
);
insert into register.teller values ('abonnement', 1);

create table register.abonnement_rapport (
    abonnement_id integer not null,
    fra date not null,
    til date not null,
    provd timestamptz not null,
    publisering varchar not null,
    -- Of a report that is made: its document, and the message that says it is ready. Of others: why it is not.
    dokument_id integer,
    melding_id integer,
    feil varchar,
    primary key (abonnement_id, fra, til)
);
