-- depends_on: {{ ref('allevarnum') }}, {{ ref('int_forlop') }}, {{ ref('stg_skjema') }}
-- Each form is read once: all its variables are counted in one grouping and then made into rows.
{%- for skjema, variabler in kvalitet_stilte().items() %}
{{ "union all" if not loop.first }}
select
    avd_resh as "AvdRESH",
    aar,
    '{{ skjema }}' as skjema,
    telling.variabel,
    telling.paakrevd,
    telling.n_stilt,
    telling.n_besvart,
    telling.n_vet_ikke,
from (
    select
        svar."AvdRESH" as avd_resh,
        date_part('year', ferdig.startdato)::smallint as aar,
        unnest([
            {%- for v in variabler %}
            {
                'variabel': '{{ v.navn }}',
                'paakrevd': {{ 'true' if v.kreves else 'false' }},
                'n_stilt': {{ n_hvis(v.stilles) }},
                'n_besvart': {{ n_hvis(v.stilles ~ ' and "' ~ v.navn ~ '" is not null') }},
                'n_vet_ikke': {% if v.ukjente -%}
                {{ n_hvis(v.stilles ~ ' and "' ~ v.navn ~ '" in (' ~ v.ukjente ~ ')') }}
                {%- else -%}
                null::integer
                {%- endif %}
            }
            {{- "," if not loop.last }}
            {%- endfor %}
        ]) as telling,
    from {{ ref('allevarnum') }} as svar
    inner join ({{ kvalitet_ferdige(skjema) }}) as ferdig on svar."ForlopsID" = ferdig.forlops_id
    group by all
)
where telling.n_stilt > 0
{%- endfor %}
order by "AvdRESH", skjema, variabel, aar
