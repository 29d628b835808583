{#- Where the values that did not survive unpacking are named: only the documents staging has marked are read again. -#}

{% macro avvik_i(skjema) %}
{%- set variabler = kodebok_variabler(skjema) | selectattr('aktiv') | list -%}
{%- set leste = variabler | selectattr('eksporteres') | rejectattr('beregnes', 'in', ['status', 'kommentar']) | list -%}
{%- set nokler = (variabler | map(attribute='navn') | list) + kodebok_gjentatte(skjema) -%}
select
    '{{ skjema }}' as skjema,
    forlop_id,
    unnest(
        list_transform(
            list_filter(json_keys(svar), lambda n: not list_contains([{% for n in nokler %}'{{ n }}'{{ ", " if not loop.last }}{% endfor %}]::varchar[], n)),
            lambda n: {'variabel': n, 'verdi': 'ukjent nøkkel'}
        )
        {%- for v in leste %}
        || case
            when {{ taper('felt."' ~ v.navn ~ '"', v.lagres, 'try_cast(felt."' ~ v.navn ~ '" as ' ~ v.lagres ~ ')') }}
                then [{'variabel': '{{ v.navn }}', 'verdi': felt."{{ v.navn }}"}]
            else []
        end
        {%- endfor %},
        recursive := true
    )
from (
    select
        dokument.forlop_id,
        dokument.svar,
        {% if leste -%}
        from_json(dokument.svar, {{ tekststruktur(leste | map(attribute='navn')) }}) as felt,
        {%- endif %}
    from {{ source('snap', 'skjemaversjon') }} as dokument
    inner join {{ skjemasvar(skjema) }} as merket on dokument.forlop_id = merket.forlops_id and merket.avvik
    where dokument.skjema = '{{ skjema }}'
)
{% endmacro %}
