-- The file says what it is: a demo, or a register in operation (drift). What only a demo has is closed unless it is known
-- to be one. Of files made before this, those are demos that the demo's own command filled, and that hold no number of a
-- real person: in a synthetic fødselsnummer 80 is added to the month, so that its third digit is 8 or 9.

create table register.om (slag varchar not null check (slag in ('demo', 'drift')));

insert into register.om
select case
    when exists (select 1 from tilgang.logg where hendelse = 'demoregister laget' and bruker = 'system')
        and not exists (
            select 1 from identitet.person where idtype = 'fnr' and substr(idnr, 3, 1) not in ('8', '9')
        )
        then 'demo'
    else 'drift'
end;
