select
    case skjema.skjema
        {%- for skjema, navn in var('skjema_navn').items() %}
        when '{{ skjema }}' then '{{ navn }}'
        {%- endfor %}
    end as "Skjemanavn",
    skjema.status::varchar as "SkjemaStatus",
    forlop.forlops_id::varchar as "ForlopsID",
    skjema.opprettet_av as "OpprettetAv",
    skjema.opprettet as "OpprettetDato",
    skjema.sist_lagret_av as "SistLagretAv",
    skjema.sist_lagret as "SistLagretDato",
    forlop.sykehus_navn as "Sykehusnavn",
    forlop.startdato as "HovedDato",
    forlop.avd_resh as "AvdRESH",
    case skjema.skjema
        {%- for skjema in var('skjema_navn') %}
        when '{{ skjema }}' then '{{ loop.index }}'
        {%- endfor %}
    end as "SkjemaRekkeflg",
from {{ ref('stg_skjema') }} as skjema
inner join {{ ref('int_forlop') }} as forlop on skjema.forlops_id = forlop.forlops_id
where {{ skjema_horer_til('skjema.skjema', 'forlop.forlopstype') }}
