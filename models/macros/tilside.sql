{#- What is wrong with the documents that are set aside: only those that staging has marked are read again. A value is never
    repeated, because it may be a name; nor is a key that the codebook has not. -#}

{% macro tilside_i(skjema) %}
{%- set variabler = kodebok_variabler(skjema) -%}
{%- set leste = lest(variabler) | selectattr('eksporteres') | list -%}
{%- set koder = kodebok_koder().get(skjema, {}) -%}
{%- set nokler = (variabler | selectattr('aktiv') | map(attribute='navn') | list) + kodebok_gjentatte(skjema) -%}
select
    '{{ skjema }}' as skjema,
    forlop_id,
    unnest(
        case when svar is null then ['kan ikke leses'] else [] end
        || case when not list_has_all({{ tekstliste(nokler) }}, json_keys(svar)) then ['ukjent felt'] else [] end
        {%- if kodebok_gjentatte(skjema) %}
        || case
            when forlop_id in (select forlops_id from {{ ref('stg_smertediagnoser') }} where avvik) then ['smertediagnoser']
            else []
        end
        {%- endif %}
        {%- for v in leste %}
        || case
            when {{ feil_i(v, 'felt', 'try_cast(' ~ raa_verdi(v, 'felt') ~ ' as ' ~ v.lagres ~ ')', koder) }}
                then ['{{ v.navn }}']
            else []
        end
        {%- endfor %}
    ) as hva,
from (
    select
        dokument.forlop_id,
        {{ lesbart('dokument.svar') }} as svar,
        {% if leste -%}
        from_json({{ lesbart('dokument.svar') }}, {{ tekststruktur(leste) }}) as felt,
        {%- endif %}
    from {{ source('snap', 'skjemaversjon') }} as dokument
    inner join {{ skjemasvar(skjema) }} as merket on dokument.forlop_id = merket.forlops_id and merket.avvik
    where dokument.skjema = '{{ skjema }}'
)
{% endmacro %}
