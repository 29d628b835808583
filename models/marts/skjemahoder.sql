with

hoder as (
    select
        skjema.skjema,
        forlop.forlops_id,
        forlop.avd_resh,
        forlop.sykehus_navn,
        forlop.startdato,
        forlop.forlopstype,
        skjema.status,
        skjema.sist_lagret,
        skjema.sist_lagret_av,
        skjema.forst_ferdigstilt,
        skjema.forst_ferdigstilt_av,
        skjema.opprettet,
        skjema.opprettet_av,
    from {{ ref('stg_skjema') }} as skjema
    inner join {{ ref('int_forlop') }} as forlop on skjema.forlops_id = forlop.forlops_id
    union all
    -- Personopplysninger is one form for each patient, but the consent in it is the forløp's.
    select
        'po' as skjema,
        forlop.forlops_id,
        forlop.avd_resh,
        forlop.sykehus_navn,
        forlop.startdato,
        forlop.forlopstype,
        null as status,
        null as sist_lagret,
        null as sist_lagret_av,
        null as forst_ferdigstilt,
        null as forst_ferdigstilt_av,
        forlop.opprettet,
        forlop.opprettet_av,
    from {{ ref('int_forlop') }} as forlop
)

select
    hoder.forlops_id as "ForlopsID",
    hoder.avd_resh as "AvdRESH",
    hoder.sykehus_navn as "SykehusNavn",
    hoder.startdato as "HovedDato",
    kodebok.navn as "Skjemanavn",
    kodebok.arbeid as "SkjemaRekkeflg",
    kodebok.formorder as "FORMORDER",
    hoder.status as "STATUS",
    hoder.sist_lagret as "TSUPDATED",
    hoder.sist_lagret_av as "UPDATEDBY",
    hoder.forst_ferdigstilt as "FIRST_TIME_CLOSED",
    hoder.forst_ferdigstilt_av as "FIRST_TIME_CLOSED_BY",
    hoder.opprettet as "TSCREATED",
    hoder.opprettet_av as "CREATEDBY",
from hoder
inner join {{ source('snap', 'kodebok_skjema') }} as kodebok on hoder.skjema = kodebok.skjema
where coalesce(hoder.forlopstype, 1) >= coalesce(kodebok.fra_type, 1)
