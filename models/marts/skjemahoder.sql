with

formordre as (
    select distinct
        skjema,
        formorder,
    from {{ source('snap', 'kodebok_variabel') }}
),

hoder as (
    select
        skjema.skjema,
        forlop.forlops_id,
        forlop.avd_resh,
        forlop.sykehus_navn,
        forlop.startdato,
        skjema.status,
        skjema.sist_lagret,
        skjema.sist_lagret_av,
        skjema.forst_ferdigstilt,
        skjema.forst_ferdigstilt_av,
        skjema.opprettet,
        skjema.opprettet_av,
    from {{ ref('stg_skjema') }} as skjema
    inner join {{ ref('int_forlop') }} as forlop on skjema.forlops_id = forlop.forlops_id
    where {{ skjema_horer_til('skjema.skjema', 'forlop.forlopstype') }}
    union all
    -- Personopplysninger er ett skjema per pasient, men samtykket i det gjelder forløpet.
    select
        'po' as skjema,
        forlop.forlops_id,
        forlop.avd_resh,
        forlop.sykehus_navn,
        forlop.startdato,
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
    case hoder.skjema
        {%- for skjema, navn in var('skjema_navn').items() %}
        when '{{ skjema }}' then '{{ navn }}'
        {%- endfor %}
    end as "Skjemanavn",
    case hoder.skjema
        {%- for skjema in var('skjema_navn') %}
        when '{{ skjema }}' then {{ loop.index }}
        {%- endfor %}
    end as "SkjemaRekkeflg",
    formordre.formorder as "FORMORDER",
    hoder.status as "STATUS",
    hoder.sist_lagret as "TSUPDATED",
    hoder.sist_lagret_av as "UPDATEDBY",
    hoder.forst_ferdigstilt as "FIRST_TIME_CLOSED",
    hoder.forst_ferdigstilt_av as "FIRST_TIME_CLOSED_BY",
    hoder.opprettet as "TSCREATED",
    hoder.opprettet_av as "CREATEDBY",
from hoder
inner join formordre on hoder.skjema = formordre.skjema
