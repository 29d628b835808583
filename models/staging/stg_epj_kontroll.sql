select
    enhet::varchar as avd_resh,
    maaned::date as maaned,
    avdeling_id::integer as avdeling_id,
    henvist::integer as henvist,
    registrert::integer as registrert,
    tid at time zone 'Europe/Oslo' as tid,
from {{ source('snap', 'epj_kontroll') }}
