-- depends_on: {{ ref('allevarnum') }}
{%- set alle = indikatorer() %}
{%- set regnet = alle | rejectattr('ikke_aktuelt') | list %}
with

forlop as (
    select
        forlops_id,
        nasjonal,
    from {{ ref('int_forlop') }}
),

svar as (
    -- All indicators in one reading of the wide table: a column for each figure, made into rows afterwards.
    select
        forlop.nasjonal,
        svar."AvdRESH" as avd_resh,
        svar."SykehusNavn" as sykehus_navn,
        {{ maaned('svar."StartdatoTO"') }} as maaned,
        count(*)::integer as n,
        {%- for i in regnet %}
        {{ n_hvis(i.nevner) }} as "{{ i.id }}_nevner",
        {%- if i.sum %}
        coalesce(sum({{ i.sum }}), 0)::decimal(14, 1) as "{{ i.id }}_teller",
        coalesce(sum({{ i.sum }}::decimal(14, 1) ** 2), 0)::decimal(18, 2) as "{{ i.id }}_kvadratsum",
        {%- else %}
        {{ n_hvis("(" ~ i.nevner ~ ") and (" ~ i.teller ~ ")") }} as "{{ i.id }}_teller",
        {%- endif %}
        {%- endfor %}
    from {{ ref('allevarnum') }} as svar
    inner join forlop on svar."ForlopsID" = forlop.forlops_id
    where svar."StartdatoTO" is not null
    group by all
),

populasjoner as (
    select
        'alle' as populasjon,
        svar.*,
    from svar
    union all
    select
        'nasjonal' as populasjon,
        svar.*,
    from svar
    where svar.nasjonal
),

samlet as (
    select
        populasjoner.populasjon,
        {{ nivaa('populasjoner.avd_resh') }} as nivaa,
        perioder.periode,
        {{ fra('populasjoner.maaned') }} as fra,
        populasjoner.avd_resh,
        {{ enhetens_navn('populasjoner.avd_resh', 'populasjoner.sykehus_navn') }} as sykehus_navn,
        sum(populasjoner.n)::integer as n,
        {%- for i in regnet %}
        sum(populasjoner."{{ i.id }}_nevner")::integer as "{{ i.id }}_nevner",
        sum(populasjoner."{{ i.id }}_teller")::decimal(14, 1) as "{{ i.id }}_teller",
        {%- if i.sum %}
        sum(populasjoner."{{ i.id }}_kvadratsum")::decimal(18, 2) as "{{ i.id }}_kvadratsum",
        {%- endif %}
        {%- endfor %}
    from populasjoner
    cross join {{ perioder() }}
    group by {{ nivaaer(
        ['populasjoner.populasjon', 'perioder.periode', 'fra'],
        ['populasjoner.avd_resh', 'populasjoner.sykehus_navn']
    ) }}
),

rader as (
    {%- for i in alle %}
    select
        '{{ i.id }}' as indikator,
        '{{ i.navn }}' as navn,
        {{ "'" ~ i.hoved ~ "'" if i.hoved else "null::varchar" }} as hoved,
        '{{ "snitt" if i.sum else "andel" }}' as maal,
        '{{ "ikke aktuelt" if i.ikke_aktuelt else "beregnet" }}' as status,
        populasjon,
        nivaa,
        periode,
        fra,
        avd_resh as "AvdRESH",
        sykehus_navn as "SykehusNavn",
        {% if i.ikke_aktuelt -%}
        null::decimal(14, 1) as teller,
        null::decimal(18, 2) as kvadratsum,
        null::integer as nevner,
        null::integer as ekskludert,
        {%- else -%}
        "{{ i.id }}_teller" as teller,
        {{ '"' ~ i.id ~ '_kvadratsum"' if i.sum else "null::decimal(18, 2)" }} as kvadratsum,
        "{{ i.id }}_nevner" as nevner,
        n - "{{ i.id }}_nevner" as ekskludert,
        {%- endif %}
    from samlet
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    *,
    (teller / nullif(nevner, 0))::double as andel,
    case when maal = 'andel' then {{ wilson("teller", "nevner", "-") }} end as nedre,
    case when maal = 'andel' then {{ wilson("teller", "nevner", "+") }} end as ovre,
from rader
