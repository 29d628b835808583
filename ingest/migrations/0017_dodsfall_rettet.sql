-- A death that SC has corrected by hand: the patient lives, or died another day. It holds for as long as the Folkeregister says what
-- it said then (`sagt`); what the register says of the patient stands in register.pasient.
create table register.dodsfall_rettet (
    pasient_id integer primary key,
    sagt date,
    grunn varchar not null,
    tid timestamptz not null,
    bruker varchar not null
);
