select
    bestilling_id::integer as bestilling_id,
    forlop_id::integer as forlops_id,
    skjema::varchar as skjema,
    maate::varchar as maate,
    kanal::varchar as kanal,
    tilstand::varchar as tilstand,
    dag::date as dag,
    sendt at time zone 'Europe/Oslo' as sendt,
    avsluttet at time zone 'Europe/Oslo' as avsluttet,
from {{ source('snap', 'bestilling') }}
