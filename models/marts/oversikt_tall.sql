{%- for diagram in oversikt_diagrammer() %}
{{ "union all" if not loop.first }}
select
    maaned,
    avd_resh as "AvdRESH",
    avdeling_id,
    lokasjon_id,
    '{{ diagram }}' as diagram,
    {{ diagram }} as kode,
    count(*)::integer as n,
from {{ ref('int_oversikt') }}
where {{ diagram }} is not null
group by all
{%- endfor %}
order by "AvdRESH", maaned
