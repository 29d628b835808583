{%- set felt = {
    "SmerteDiagID": "integer", "SmerteKat": "tinyint", "DiagKat": "tinyint", "DiagSubKat": "tinyint",
    "ICD10Kode": "varchar", "ICD10Tekst": "varchar", "ICD10Versjon": "integer", "HovedDiag": "tinyint",
} -%}

with

lister as (
    select
        forlop_id,
        bruker,
        unnest(from_json(
            svar,
            {{ tekststruktur(felt, "smertediagnoser") }}
        ).smertediagnoser) as rad,
    from {{ source('snap', 'skjemaversjon') }}
    where skjema = 'b11'
),

typet as (
    select
        forlop_id,
        bruker,
        rad,
        {%- for navn, datatype in felt.items() %}
        try_cast(rad."{{ navn }}" as {{ datatype }}) as "{{ navn }}",
        {%- endfor %}
    from lister
)

select
    forlop_id::integer as forlops_id,
    bruker::varchar as opprettet_av,
    {%- for navn in felt %}
    "{{ navn }}",
    {%- endfor %}
    (
        {%- for navn, datatype in felt.items() %}
        {{ taper('rad."' ~ navn ~ '"', datatype, '"' ~ navn ~ '"') }}{{ " or" if not loop.last }}
        {%- endfor %}
    ) as avvik,
    rad::varchar as raa,
from typet
