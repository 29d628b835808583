{%- set koder = kodebok_koder().get('b11', {}) %}

select
    date_trunc('month', forlop.startdato)::date as maaned,
    forlop.avd_resh as "AvdRESH",
    diagnose."SmerteKat" as smertekategori,
    {{ tekst_for('diagnose."SmerteKat"', koder.get('Smertekategori3a', [])) }} as tekst,
    count(*)::integer as n_diagnoser,
    count(distinct diagnose."ForlopsID")::integer as n_forlop,
    count(distinct diagnose."ForlopsID") filter (where diagnose."PAINMAINDIAG" = 1)::integer as n_hoveddiagnose,
from {{ ref('smertediagnosernum') }} as diagnose
inner join {{ ref('int_forlop') }} as forlop on diagnose."ForlopsID" = forlop.forlops_id
where forlop.startdato is not null
group by all
