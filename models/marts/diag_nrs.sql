{%- set maal = {
    "StSmRo": "Sterkeste smerte i ro", "SvSmRo": "Svakeste smerte i ro",
    "StSmBev": "Sterkeste smerte i bevegelse", "SvSmBev": "Svakeste smerte i bevegelse",
} -%}

{% for navn, tekst in maal.items() %}
select
    date_trunc('month', "StartdatoTO")::date as maaned,
    "AvdRESH",
    '{{ navn }}' as maal,
    '{{ tekst }}' as tekst,
    "{{ navn }}12" as forste,
    "{{ navn }}21" as siste,
    count(*)::integer as n,
from {{ ref('allevarnum') }}
where "StartdatoTO" is not null and "{{ navn }}12" <> 99 and "{{ navn }}21" <> 99
group by all
{{ "union all" if not loop.last }}
{% endfor %}
