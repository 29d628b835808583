-- What the checks of data quality found at each publishing, and the findings that coordinators have looked at.

create table register.kvalitetsresultat (
    kjoring varchar not null,           -- the publishing's id
    tid timestamptz not null,
    kontroll varchar not null,
    enhet varchar not null,
    status varchar not null,            -- bestått, avvik, ikke aktuelt, feil
    kontrollert integer not null,
    avvik integer not null
);

create table register.kvalitet_sett (
    kontroll varchar not null,
    forlop_id integer not null,
    grunn varchar not null,
    bruker varchar not null,
    tid timestamptz not null,
    primary key (kontroll, forlop_id)
);
