select
    forlop_id::integer as forlops_id,
    skjema::varchar as skjema,
    versjon::integer as versjon,
    status::tinyint as status,
    sist_lagret at time zone 'Europe/Oslo' as sist_lagret,
    sist_lagret_av::varchar as sist_lagret_av,
    forst_ferdigstilt at time zone 'Europe/Oslo' as forst_ferdigstilt,
    forst_ferdigstilt_av::varchar as forst_ferdigstilt_av,
    lukket_grunn::tinyint as lukket_grunn,
    opprettet at time zone 'Europe/Oslo' as opprettet,
    opprettet_av::varchar as opprettet_av,
from {{ source('snap', 'skjema') }}
