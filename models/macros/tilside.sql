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

{% macro skjemaer_med_avvik() %}
    {#- The forms in which staging has marked a document or more: nearly always none, and nothing is then unpacked again. -#}
    {%- set skjemaer = kodebok_skjemaer() | selectattr('fra_type') | map(attribute='skjema') | list -%}
    {%- set treff %}
        select
            {%- for s in skjemaer %}
            coalesce(bool_or({{ s }}_avvik), false) as "{{ s }}",
            {%- endfor %}
        from {{ ref('stg_svar') }}
    {%- endset -%}
    {%- set funn = [] -%}
    {%- for rad in (rows_of(treff) if skjemaer else []) -%}
        {%- for s in skjemaer if rad[s] %}{% do funn.append(s) %}{% endfor -%}
    {%- endfor -%}
    {{ return(funn) }}
{% endmacro %}
