{#- One form's documents as typed columns.

    from_json to an all-VARCHAR struct, then try_cast: from_json straight to types turns a bad value into a silent
    NULL, and `->>` per key is five times slower. `avvik` marks the documents where a value does not cast exactly or
    a key is unknown; models/tests/verdier_uten_tap.sql names them. -#}

{% macro pakk_ut(skjema) %}
{%- set variabler = kodebok_variabler(skjema) -%}
{%- set leste = variabler | selectattr('aktiv') | rejectattr('beregnes', 'in', ['status', 'kommentar']) | list -%}
{%- set nokler = (variabler | selectattr('aktiv') | map(attribute='navn') | list) + kodebok_gjentatte(skjema) -%}

with

hoder as (
    select
        forlop_id,
        status,
    from {{ source('snap', 'skjema') }}
    where skjema = '{{ skjema }}'
),

dokumenter as (
    select
        forlop_id,
        faktorsett,
        {% if leste %}
        from_json(svar, {{ tekststruktur(leste | map(attribute='navn')) }}) as felt,
        {% endif %}
        not list_has_all([{% for n in nokler %}'{{ n }}'{{ ", " if not loop.last }}{% endfor %}]::varchar[], json_keys(svar)) as ukjent_nokkel,
    from {{ source('snap', 'skjemaversjon') }}
    where skjema = '{{ skjema }}' and svar is not null
),

typet as (
    select
        hoder.forlop_id,
        hoder.status,
        dokumenter.forlop_id is not null as har_dokument,
        dokumenter.faktorsett,
        dokumenter.ukjent_nokkel,
        {%- for v in variabler if v.eksporteres %}
        {% if v in leste -%}
        try_cast(dokumenter.felt."{{ v.navn }}" as {{ v.lagres }}) as "{{ v.navn }}",
        {%- elif v.beregnes == 'status' -%}
        hoder.status::{{ v.lagres }} as "{{ v.navn }}",
        {%- else -%}
        null::{{ v.lagres }} as "{{ v.navn }}",
        {%- endif %}
        {%- endfor %}
        {%- if leste %}
        dokumenter.felt,
        {%- endif %}
    from hoder
    left join dokumenter on hoder.forlop_id = dokumenter.forlop_id
)

select
    forlop_id::integer as forlops_id,
    status::tinyint as skjema_status,
    har_dokument,
    faktorsett,
    {%- for v in variabler if v.eksporteres %}
    "{{ v.navn }}",
    {%- endfor %}
    coalesce(
        ukjent_nokkel
        {%- for v in leste if v.eksporteres %}
        or {{ taper('felt."' ~ v.navn ~ '"', v.lagres, '"' ~ v.navn ~ '"') }}
        {%- endfor %},
        false
    ) as avvik,
from typet
{% endmacro %}

{% macro taper(raa, lagres, typet) %}
    {#- Is there a raw value that its type does not hold exactly? Never NULL, so that one NULL hides nothing. -#}
    {%- if lagres == 'varchar' -%}
    false
    {%- elif lagres in ('date', 'timestamp') -%}
    ({{ raa }} is not null and {{ raa }} is distinct from {{ typet }}::varchar)
    {%- else -%}
    (
        {{ raa }} is not null
        and (
            {{ typet }} is null
            or (
                {{ raa }} <> {{ typet }}::varchar
                and try_cast({{ raa }} as decimal(24, 6)) is distinct from {{ typet }}::decimal(24, 6)
            )
        )
    )
    {%- endif -%}
{% endmacro %}

{% macro tekststruktur(navn, liste=none) -%}
    {#- The shape for from_json: every name as text, inside a list of objects when `liste` names one. -#}
    {%- set par = [] -%}
    {%- for n in navn -%}
        {%- do par.append('"' ~ n ~ '":"VARCHAR"') -%}
    {%- endfor -%}
    {%- if liste -%}
    '{"{{ liste }}":[{ {{- par | join(",") -}} }]}'
    {%- else -%}
    '{ {{- par | join(",") -}} }'
    {%- endif -%}
{%- endmacro %}
