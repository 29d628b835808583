select
    enhet::varchar as avd_resh,
    maaned::date as maaned,
    inkl_krit::tinyint as inkl_krit_oppf,
    n::integer as n,
from {{ source('snap', 'reservert_telling') }}
