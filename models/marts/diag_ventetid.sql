select
    date_trunc('month', startdato)::date as maaned,
    avd_resh as "AvdRESH",
    date_diff('day', henvist_dato, startdato)::integer as dager,
    count(*)::integer as n,
from {{ ref('int_forlop') }}
where startdato is not null and henvist_dato is not null
group by all
