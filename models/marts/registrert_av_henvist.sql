select
    k.maaned,
    k.avd_resh as "AvdRESH",
    e.sykehus_navn as "SykehusNavn",
    k.avdeling_id,
    k.henvist as n_henvist,
    k.registrert as n_registrert,
    k.tid as kontrollert,
from {{ ref('stg_epj_kontroll') }} as k
inner join {{ ref('stg_enhet') }} as e on k.avd_resh = e.avd_resh
order by k.avd_resh, k.maaned, k.avdeling_id
