-- depends_on: {{ ref('kontroller') }}, {{ ref('allevarnum') }}, {{ ref('int_forlop') }}, {{ ref('stg_skjema') }}
-- depends_on: {{ ref('smertediagnosernum') }}, {{ ref('stg_svar') }}, {{ ref('int_hads') }}, {{ ref('stg_tilside') }}
{%- for k in kvalitet_kontroller() if not k.mangler %}
{{ "union all" if not loop.first }}
select
    '{{ k.kontroll }}' as kontroll,
    avd_resh as "AvdRESH",
    forlops_id as "ForlopsID",
    skjema,
    variabel,
    detalj,
from ({{ kvalitet_mal(k) }})
where detalj is not null
{%- else %}
select
    '' as kontroll,
    '' as "AvdRESH",
    0 as "ForlopsID",
    '' as skjema,
    '' as variabel,
    '' as detalj,
where false
{%- endfor %}
