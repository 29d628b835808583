-- Tilleggsopplysninger slik de går ut: samtykket er det som gjelder, og alder og kriterier er regnet på nytt.
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
