-- Who messages to a unit's patients say that they are from, and the telephone that patients may call. A unit without a row
-- has the name of its health trust, and no telephone.
create table prom.avsender (
    enhet varchar primary key,
    navn varchar not null,
    telefon varchar not null
);
