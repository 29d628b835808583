-- Every save of an internal comment is a version with a number, a deletion too (an empty text). The numbers give the order:
-- the clock of the machine may have gone back. What was written before is numbered in the order it was written.
create table register.kommentar_med_versjon (
    forlop_id integer not null,
    skjema varchar not null,
    versjon integer not null,
    tekst varchar not null,
    bruker varchar not null,
    tid timestamptz not null,
    primary key (forlop_id, skjema, versjon)
);
insert into register.kommentar_med_versjon
select forlop_id, skjema, row_number() over (partition by forlop_id, skjema order by rowid), tekst, bruker, tid
from register.kommentar;
drop table register.kommentar;
alter table register.kommentar_med_versjon rename to kommentar;
