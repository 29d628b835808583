select
    date_trunc('month', startdato)::date as maaned,
    avd_resh as "AvdRESH",
    avdeling_id,
    lokasjon_id,
    forlops_id as "ForlopsID",
    pasient_id as "PasientID",
    inkl_krit_oppf::tinyint as inkl_krit_oppf,
    inklusjon_status::tinyint as inklusjon_status,
    coalesce(tilsynsanmodning = 1, false) as formelt_henvist,
    case
        when samtykke is null then 'avventer'
        when samtykke = 1 then 'ja'
        when samtykke_type = 1 then 'nei_aktivt'
        when samtykke_type = 2 then 'nei_passivt'
        when samtykke_type = 3 then 'ikke_aktuelt'
        when samtykke_type = 4 then 'nei_ikke_spurt'
        when samtykke_type = 5 then 'tilbaketrukket'
        else 'nei_uten_type'
    end as tilstand,
from {{ ref('int_forlop') }}
where startdato is not null
order by "AvdRESH", maaned
