{%- set felt = [
    {"navn": "SmerteDiagID", "lagres": "integer"}, {"navn": "SmerteKat", "lagres": "tinyint"},
    {"navn": "DiagKat", "lagres": "tinyint"}, {"navn": "DiagSubKat", "lagres": "tinyint"},
    {"navn": "ICD10Kode", "lagres": "varchar"}, {"navn": "ICD10Tekst", "lagres": "varchar"},
    {"navn": "ICD10Versjon", "lagres": "integer"}, {"navn": "HovedDiag", "lagres": "tinyint"},
] -%}
{%- set spurt = kodebok_koder().get('b11', {}) -%}
{%- set koder = {"SmerteKat": spurt.get("Smertekategori3a", []), "HovedDiag": spurt.get("HovedDiag", [])} %}

with

dokumenter as (
    select
        forlop_id,
        bruker,
        {{ lesbart('svar') }} as svar,
    from {{ source('snap', 'skjemaversjon') }}
    where skjema = 'b11'
),

lister as (
    select
        forlop_id,
        bruker,
        -- What is no list becomes one row of nothing, which deviates.
        unnest(
            case json_type(svar, '$.smertediagnoser')
                when 'ARRAY' then from_json(svar, {{ tekststruktur(felt, "smertediagnoser") }}).smertediagnoser
                else [null]
            end
        ) as rad,
    from dokumenter
    where coalesce(json_type(svar, '$.smertediagnoser'), 'NULL') <> 'NULL'
),

typet as (
    select
        forlop_id,
        bruker,
        rad,
        {%- for v in felt %}
        try_cast({{ raa_verdi(v, 'rad') }} as {{ v.lagres }}) as "{{ v.navn }}",
        {%- endfor %}
    from lister
)

select
    forlop_id::integer as forlops_id,
    bruker::varchar as opprettet_av,
    {%- for v in felt %}
    "{{ v.navn }}",
    {%- endfor %}
    (
        "SmerteDiagID" is null
        or count(*) over (partition by forlop_id, "SmerteDiagID") > 1
        {%- for v in felt %}
        or {{ feil_i(v, 'rad', '"' ~ v.navn ~ '"', koder) }}
        {%- endfor %}
    ) as avvik,
from typet
