select
    resh::varchar as avd_resh,
    navn::varchar as sykehus_navn,
    hf::varchar as hf,
    rhf::varchar as rhf,
    aktiv::tinyint as aktiv,
from {{ source('snap', 'enhet') }}
