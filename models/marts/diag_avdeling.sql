select
    date_trunc('month', forlop.startdato)::date as maaned,
    forlop.avd_resh as "AvdRESH",
    forlop.avdeling_id,
    coalesce(avdeling.visningsnavn, avdeling.navn, 'Ikke oppgitt') as avdeling,
    count(*)::integer as n,
from {{ ref('int_forlop') }} as forlop
left join {{ ref('stg_avdeling') }} as avdeling on forlop.avdeling_id = avdeling.avdeling_id
where forlop.startdato is not null
group by all
