-- What ePROM has told us and been told that we have, until it is worked off: in the order that it came, the key left out.
insert into register.teller values ('eprominnboks', 1);
create table prom.eprom_innboks (
    nr integer primary key,
    ordre_id varchar not null,
    mottatt timestamptz not null,
    status varchar not null,
    kanal varchar not null,             -- empty when ePROM does not say
    feil varchar not null,              -- the same
    tid timestamptz,                    -- when it happened, as ePROM says
    svar varchar not null,              -- JSON: the answers by the names of their fields, as they were sent
    svar_hash varchar not null,
    feilet timestamptz                  -- when it last could not be worked off
);
