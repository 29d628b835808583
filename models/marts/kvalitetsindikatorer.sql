with

forlop as (
    select
        *,
        date_trunc('month', "StartdatoTO")::date as maaned,
    from {{ ref('allevarnum') }}
    where "StartdatoTO" is not null
)
{% for i in indikatorer() %}
select
    '{{ i.id }}' as indikator,
    '{{ i.navn }}' as navn,
    '{{ "snitt" if i.sum else "andel" }}' as maal,
    '{{ "ikke aktuelt" if i.ikke_aktuelt else "beregnet" }}' as status,
    "AvdRESH",
    "SykehusNavn",
    maaned,
    {% if i.ikke_aktuelt -%}
    null::decimal(14, 1) as teller,
    null::integer as nevner,
    null::integer as ekskludert,
    {%- else -%}
    {% if i.sum -%}
    coalesce(sum({{ i.sum }}) filter (where {{ i.nevner }}), 0)::decimal(14, 1) as teller,
    {%- else -%}
    (count(*) filter (where ({{ i.nevner }}) and ({{ i.teller }})))::decimal(14, 1) as teller,
    {%- endif %}
    {{ n_hvis(i.nevner) }} as nevner,
    {{ n_hvis("(" ~ i.nevner ~ ") is not true") }} as ekskludert,
    {%- endif %}
from forlop
group by "AvdRESH", "SykehusNavn", maaned
{{ "union all" if not loop.last }}
{% endfor %}
