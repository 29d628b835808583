{%- set maal = {
    "StSmRo": ('"StSmRo12"', '"StSmRo21"', "99"), "SvSmRo": ('"SvSmRo12"', '"SvSmRo21"', "99"),
    "StSmBev": ('"StSmBev12"', '"StSmBev21"', "99"), "SvSmBev": ('"SvSmBev12"', '"SvSmBev21"', "99"),
    "OMEQ": ('"MoEkvivalens"', '"MoEkvivalens22"', "-1"),
} %}

{%- for navn, (forste, siste, vet_ikke) in maal.items() %}
{{ "union all" if not loop.first }}
select
    forlop.maaned,
    forlop.avd_resh as "AvdRESH",
    forlop.avdeling_id,
    forlop.lokasjon_id,
    '{{ navn }}' as maal,
    count(*)::integer as n,
    sum(svar.{{ forste }})::decimal(14, 1) as sum_forste,
    sum(svar.{{ siste }})::decimal(14, 1) as sum_siste,
    {{ n_hvis("svar." ~ siste ~ " < svar." ~ forste) }} as n_ned,
    {{ n_hvis("svar." ~ siste ~ " > svar." ~ forste) }} as n_opp,
from {{ ref('int_oversikt') }} as forlop
inner join {{ ref('allevarnum') }} as svar on forlop.forlops_id = svar."ForlopsID"
where svar.{{ forste }} <> {{ vet_ikke }} and svar.{{ siste }} <> {{ vet_ikke }}
group by all
{%- endfor %}
order by "AvdRESH", maaned
