select
    lokasjon_id::integer as lokasjon_id,
    enhet::varchar as avd_resh,
    navn::varchar as navn,
    visningsnavn::varchar as visningsnavn,
    resh::varchar as resh,
    aktiv::tinyint as aktiv,
from {{ source('snap', 'lokasjon') }}
