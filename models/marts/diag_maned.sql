select
    date_trunc('month', startdato)::date as maaned,
    avd_resh as "AvdRESH",
    forlopstype,
    count(*)::integer as n,
from {{ ref('int_forlop') }}
where startdato is not null
group by all
