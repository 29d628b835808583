select
    avdeling_id::integer as avdeling_id,
    enhet::varchar as avd_resh,
    navn::varchar as navn,
    visningsnavn::varchar as visningsnavn,
    resh::varchar as resh,
    aktiv::tinyint as aktiv,
from {{ source('snap', 'avdeling') }}
