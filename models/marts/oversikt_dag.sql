select
    startdato as dato,
    avd_resh as "AvdRESH",
    avdeling_id,
    lokasjon_id,
    count(*)::integer as n_forlop,
    {{ n_hvis("er_tilsett") }} as n_tilsett,
    {{ n_hvis("er_i_nevneren") }} as n_inkl_krit_oppf,
    {{ n_hvis("er_inkludert") }} as n_inklusjon_status,
    {{ n_hvis("er_komplett") }} as n_komplett,
from {{ ref('int_oversikt') }}
group by all
order by "AvdRESH", dato
