-- Rett identitet: two PasientID that turned out to be one patient, numbers that a patient had before, and what coordinators
-- ask to have corrected. The rows of a PasientID that is merged into another stay where they are, so that the merge can be
-- undone, and datasets rebuilt as of a day before it.

create table register.sammenslaing (
    sammenslaing_id integer primary key,
    fra integer not null,               -- the PasientID that is no longer used
    til integer not null,               -- the PasientID that is kept
    tid timestamptz not null,
    bruker varchar not null,
    grunn varchar,                      -- emptied when the patient is erased
    fylt json not null,                 -- columns that til lacked and got from fra, with what stood there
    loggnr bigint not null,             -- the last row of the log that belongs to the merge
    angret timestamptz,
    angret_av varchar
);

-- The forløp that a merge moved, and those whose consent it withdrew because the patient had withdrawn under the other id.
create table register.sammenslatt_forlop (
    sammenslaing_id integer not null,
    forlop_id integer not null,
    flyttet boolean not null,
    trukket boolean not null,
    primary key (sammenslaing_id, forlop_id)
);

create table identitet.tidligere_nummer (
    pasient_id integer not null,
    idnr varchar not null,
    til timestamptz not null,
    primary key (pasient_id, idnr)
);

create table identitet.onske (
    onske_id integer primary key,
    pasient_id integer not null,
    slag varchar not null,              -- nummer, sammenslåing
    idnr varchar,                       -- the number that the patient is to have
    annen integer,                      -- the other PasientID
    enhet varchar not null,
    grunn varchar not null,
    tid timestamptz not null,
    bruker varchar not null,
    utfall varchar,                     -- utført, avslått
    svar varchar,
    besvart timestamptz,
    besvart_av varchar
);

insert into register.teller values ('sammenslaing', 1), ('onske', 1);

-- Whether the Folkeregister says that the address is protected: it is then neither kept nor shown.
alter table identitet.person add column skjermet boolean default false;
