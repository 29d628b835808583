-- depends_on: {{ ref('uttrekkskontrakt') }}
{{ config(materialized='view') }}
{%- set koder = kodebok_koder() %}

select
    "PasientID",
    "AvdRESH",
    "SykehusNavn",
    "ForlopsID",
    case "InklusjonStatus" when 0 then 'Nei' when 1 then 'Ja' end as "InklusjonStatus",
    {%- for v in allevarnum_variabler() %}
    {%- set tekster = koder.get(v.skjema, {}).get(v.navn) %}
    {% if tekster -%}
    {{ tekst_for('"' ~ v.navn ~ '"', tekster) }} as "{{ v.navn }}",
    {%- else -%}
    "{{ v.navn }}",
    {%- endif %}
    {%- endfor %}
from {{ ref('allevarnum') }}
