select
    {{ maaned('startdato') }} as maaned,
    avd_resh as "AvdRESH",
    avdeling_id,
    lokasjon_id,
    forlops_id as "ForlopsID",
    pasient_id as "PasientID",
    {%- for navn, vilkaar in dekningstall().items() %}
    coalesce({{ vilkaar }}, false)::tinyint as {{ navn }},
    {%- endfor %}
from {{ ref('int_dekning') }}
order by "AvdRESH", maaned
