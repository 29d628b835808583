-- Notes and baselines that coordinators add to an indicator's chart over time. `enhet` is a RESH-id, or «alle» for the
-- nation.

create table register.diagramnotat (
    enhet varchar not null,
    indikator varchar not null,
    maaned date not null,
    tekst varchar not null,
    bruker varchar not null,
    tid timestamptz not null,
    primary key (enhet, indikator, maaned)
);

-- The months from which the centre and limits of a chart are computed, when a coordinator has frozen them.
create table register.basislinje (
    enhet varchar not null,
    indikator varchar not null,
    fra date not null,
    til date not null,
    bruker varchar not null,
    tid timestamptz not null,
    primary key (enhet, indikator)
);
