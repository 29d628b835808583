-- A form that is set aside counts as not completed.
with

tilside as (
    select distinct
        forlops_id,
        skjema,
    from {{ ref('stg_tilside') }}
)

select
    hode.forlop_id::integer as forlops_id,
    hode.skjema::varchar as skjema,
    hode.versjon::integer as versjon,
    case when tilside.skjema is null then hode.status else least(hode.status, 0) end::tinyint as status,
    hode.sist_lagret at time zone 'Europe/Oslo' as sist_lagret,
    hode.sist_lagret_av::varchar as sist_lagret_av,
    hode.forst_ferdigstilt at time zone 'Europe/Oslo' as forst_ferdigstilt,
    hode.forst_ferdigstilt_av::varchar as forst_ferdigstilt_av,
    hode.lukket_grunn::tinyint as lukket_grunn,
    hode.opprettet at time zone 'Europe/Oslo' as opprettet,
    hode.opprettet_av::varchar as opprettet_av,
from {{ source('snap', 'skjema') }} as hode
left join tilside on hode.forlop_id = tilside.forlops_id and hode.skjema = tilside.skjema
