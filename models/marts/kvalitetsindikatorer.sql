-- depends_on: {{ ref('allevarnum') }}
{%- set alle = indikatorer() %}
with

svar as (
    -- All indicators in one reading of the wide table: a column for each figure, made into rows afterwards.
    select
        "AvdRESH",
        "SykehusNavn",
        {{ maaned('"StartdatoTO"') }} as maaned,
        count(*)::integer as n,
        {%- for i in alle if not i.ikke_aktuelt %}
        {{ n_hvis(i.nevner) }} as "{{ i.id }}_nevner",
        {%- if i.sum %}
        coalesce(sum({{ i.sum }}), 0)::decimal(14, 1) as "{{ i.id }}_teller",
        coalesce(sum({{ i.sum }}::decimal(14, 1) ** 2), 0)::decimal(18, 2) as "{{ i.id }}_kvadratsum",
        {%- else %}
        {{ n_hvis("(" ~ i.nevner ~ ") and (" ~ i.teller ~ ")") }} as "{{ i.id }}_teller",
        {%- endif %}
        {%- endfor %}
    from {{ ref('allevarnum') }}
    where "StartdatoTO" is not null
    group by all
),

rader as (
    {%- for i in alle %}
    select
        '{{ i.id }}' as indikator,
        '{{ i.navn }}' as navn,
        {{ "'" ~ i.hoved ~ "'" if i.hoved else "null::varchar" }} as hoved,
        '{{ "snitt" if i.sum else "andel" }}' as maal,
        '{{ "ikke aktuelt" if i.ikke_aktuelt else "beregnet" }}' as status,
        "AvdRESH",
        "SykehusNavn",
        maaned,
        {% if i.ikke_aktuelt -%}
        null::decimal(14, 1) as teller,
        null::decimal(18, 2) as kvadratsum,
        null::integer as nevner,
        null::integer as ekskludert,
        {%- else -%}
        "{{ i.id }}_teller"::decimal(14, 1) as teller,
        {{ '"' ~ i.id ~ '_kvadratsum"' if i.sum else "null::decimal(18, 2)" }} as kvadratsum,
        "{{ i.id }}_nevner" as nevner,
        n - "{{ i.id }}_nevner" as ekskludert,
        {%- endif %}
    from svar
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    *,
    (teller / nullif(nevner, 0))::double as andel,
    case when maal = 'andel' then {{ wilson("teller", "nevner", "-") }} end as nedre,
    case when maal = 'andel' then {{ wilson("teller", "nevner", "+") }} end as ovre,
from rader
