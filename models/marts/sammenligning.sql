-- depends_on: {{ ref('kvalitetsindikatorer') }}
{%- set faktorer = sammenligning_faktorer() %}
with

svar as (
    -- The conditions of the indicators are about allevarnum alone.
    select
        "ForlopsID",
        {%- for faktor, f in faktorer.items() if f.av == 'svar' %}
        ({{ f.uttrykk }})::tinyint as {{ faktor }},
        {%- endfor %}
        {%- for maal in ("StSmBev", "SvSmBev", "StSmRo", "SvSmRo") %}
        case when "{{ maal }}12" <= 10 then "{{ maal }}12" end::tinyint as "{{ maal }}_forste",
        case when "{{ maal }}21" <= 10 then "{{ maal }}21" end::tinyint as "{{ maal }}_siste",
        {%- endfor %}
        {%- for i in indikatorer() if not i.sum %}
        {%- if i.ikke_aktuelt %}
        null::tinyint as "{{ i.id }}",
        {%- else %}
        case when {{ i.nevner }} then coalesce({{ i.teller }}, false) end::tinyint as "{{ i.id }}",
        {%- endif %}
        {%- endfor %}
    from {{ ref('allevarnum') }}
)

select
    forlop.avd_resh as "AvdRESH",
    forlop.sykehus_navn as "SykehusNavn",
    forlop.startdato,
    {{ maaned('forlop.startdato') }} as maaned,
    {%- for faktor, f in faktorer.items() if f.av == 'forlop' %}
    ({{ f.uttrykk }})::tinyint as {{ faktor }},
    {%- endfor %}
    svar.*,
from {{ ref('int_forlop') }} as forlop
inner join svar on forlop.forlops_id = svar."ForlopsID"
inner join {{ ref('int_oversikt') }} as oversikt on forlop.forlops_id = oversikt.forlops_id
order by forlop.avd_resh, forlop.startdato, svar."ForlopsID"
