-- Tilleggsopplysninger as they leave: the consent is the one that holds, age and criteria are calculated anew.
select
    tillegg.* replace (  -- noqa: AM04
        forlop.alder as alder,
        forlop.inkl_krit_oppf as "InklKritOppf",
        forlop.samtykke as "SkriftligSamtyk",
        forlop.samtykke_type as "TypeManglSamt",
        forlop.samtykke_trukket_dato as "DatotrekSamt"
    ),
from {{ skjemasvar('to') }} as tillegg
inner join {{ ref('int_forlop') }} as forlop on tillegg.forlops_id = forlop.forlops_id
