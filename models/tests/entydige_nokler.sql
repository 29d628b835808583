-- Hver tabell har én rad per nøkkel, og nøkkelen er aldri tom.
{%- set nokler = {
    "allevarnum": ['"ForlopsID"'],
    "forlopsoversikt": ['"ForlopsID"'],
    "skjemaoversikt": ['"ForlopsID"', '"Skjemanavn"'],
    "skjemahoder": ['"ForlopsID"', '"Skjemanavn"'],
    "smertediagnosernum": ['"ForlopsID"', '"SmerteDiagID"'],
    "smertediagnoser": ['"ForlopsID"', '"SmerteDiagID"'],
    "dekningsgrad": ['maaned', '"AvdRESH"'],
    "registrert_av_henvist": ['maaned', '"AvdRESH"', 'coalesce(avdeling_id, 0)'],
    "kvalitetsindikatorer": ['indikator', '"AvdRESH"', 'maaned'],
    "dekning_forlop": ['"ForlopsID"'],
    "oversikt_koder": ["diagram", "kode"],
    "oversikt_tall": ["maaned", '"AvdRESH"', "coalesce(avdeling_id, 0)", "coalesce(lokasjon_id, 0)", "diagram", "kode"],
} %}
{%- for tabell, nokkel in nokler.items() %}
{{ "union all" if not loop.first }}
select
    '{{ tabell }}' as tabell,
    concat_ws(' ', {{ nokkel | join(', ') }}) as nokkel,
    count(*) as n,
from {{ ref(tabell) }}
group by {{ nokkel | join(', ') }}
having count(*) > 1 or {{ nokkel | join(' is null or ') }} is null
{%- endfor %}
