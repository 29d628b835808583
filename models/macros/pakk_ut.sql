{#- One form's documents as typed columns.

    from_json to a struct of texts, then try_cast: from_json straight to types turns a bad value into a silent NULL, and
    `->>` per key is five times slower. `avvik` marks the documents that are set aside (docs/datakvalitet.md): one that is
    no form at all, that has a key the codebook has not, or in which an answer is none that the codebook knows. A document
    set aside counts as not there, and its form as not completed; models/staging/stg_tilside.sql names what is wrong. -#}

{% macro pakk_ut(skjema) %}
{%- set variabler = kodebok_variabler(skjema) -%}
{%- set leste = lest(variabler) -%}
{%- set koder = kodebok_koder().get(skjema, {}) -%}
{%- set nokler = (variabler | selectattr('aktiv') | map(attribute='navn') | list) + kodebok_gjentatte(skjema) -%}

with

hoder as (
    select
        forlop_id,
        status,
        (sist_lagret at time zone 'Europe/Oslo')::date as lagret,
    from {{ source('snap', 'skjema') }}
    where skjema = '{{ skjema }}'
),

lest as (
    select
        forlop_id,
        faktorsett,
        {{ lesbart('svar') }} as svar,
    from {{ source('snap', 'skjemaversjon') }}
    where skjema = '{{ skjema }}' and svar is not null
),

dokumenter as (
    select
        forlop_id,
        faktorsett,
        {% if leste %}
        from_json(svar, {{ tekststruktur(leste) }}) as felt,
        {% endif %}
        svar is null as uleselig,
        not list_has_all({{ tekstliste(nokler) }}, json_keys(svar)) as ukjent_nokkel,
    from lest
),

typet as (
    select
        hoder.forlop_id,
        hoder.status,
        hoder.lagret,
        dokumenter.forlop_id is not null as har_dokument,
        dokumenter.faktorsett,
        dokumenter.uleselig,
        dokumenter.ukjent_nokkel,
        {%- for v in variabler if v.eksporteres %}
        {% if v in leste -%}
        try_cast({{ raa_verdi(v, 'dokumenter.felt') }} as {{ v.lagres }}) as "{{ v.navn }}",
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
),

vurdert as (
    select
        typet.*,
        coalesce(
            uleselig
            or ukjent_nokkel
            {%- if kodebok_gjentatte(skjema) %}
            or typet.forlop_id in (select forlops_id from {{ ref('stg_smertediagnoser') }} where avvik)
            {%- endif %}
            {%- for v in leste if v.eksporteres %}
            or {{ feil_i(v, 'felt', '"' ~ v.navn ~ '"', koder) }}
            {%- endfor %},
            false
        ) as avvik,
    from typet
)

select
    forlop_id::integer as forlops_id,
    case when avvik then least(status, 0) else status end::tinyint as skjema_status,
    lagret,
    har_dokument and not avvik as har_dokument,
    case when not avvik then faktorsett end as faktorsett,
    {%- for v in variabler if v.eksporteres %}
    {% if v.beregnes == 'status' -%}
    case when avvik then least("{{ v.navn }}", 0) else "{{ v.navn }}" end::{{ v.lagres }} as "{{ v.navn }}",
    {%- else -%}
    case when not avvik then "{{ v.navn }}" end as "{{ v.navn }}",
    {%- endif %}
    {%- endfor %}
    avvik,
from vurdert
{% endmacro %}

{% macro lest(variabler) %}
    {#- The variables whose values stand in the documents: not those kept apart from them. -#}
    {{ return(variabler | selectattr('aktiv') | rejectattr('beregnes', 'in', ['status', 'kommentar']) | list) }}
{% endmacro %}

{% macro lesbart(svar) -%}
    {#- The document when it is a form at all, an object in JSON; otherwise NULL. -#}
    case when case when json_valid({{ svar }}) then json_type({{ svar }}) end = 'OBJECT' then {{ svar }} end
{%- endmacro %}

{% macro raa_verdi(v, felt) -%}
    {#- The value of a variable as text. -#}
    {{ felt }}."{{ v.navn }}"{{ " ->> '$'" if v.lagres == 'varchar' }}
{%- endmacro %}

{% macro feil_i(v, felt, typet, koder) -%}
    {#- Is the value none that the codebook knows? Never NULL, so that one NULL hides nothing. `felt` is the struct of
        texts, `typet` the value in its type, `koder` the form's codes by variable. A text must be text, and have no eleven
        digits in a row, as a fødselsnummer has; a number must be held exactly by its type. -#}
    {%- set mulige = [0, 1] if v.type == 'avkrysning' else koder.get(v.navn, []) | map('first') | list -%}
    {%- if v.lagres == 'varchar' -%}
    coalesce(json_type({{ felt }}."{{ v.navn }}") not in ('VARCHAR', 'NULL') or regexp_matches({{ typet }}, '\d{6}\s?\d{5}'), false)
    {%- elif mulige -%}
    ({{ taper(raa_verdi(v, felt), v.lagres, typet) }} or coalesce({{ typet }} not in ({{ mulige | join(', ') }}), false))
    {%- else -%}
    {{ taper(raa_verdi(v, felt), v.lagres, typet) }}
    {%- endif -%}
{%- endmacro %}

{% macro taper(raa, lagres, typet) %}
    {#- Is there a raw value that its type does not hold exactly? Never NULL. -#}
    {%- if lagres in ('date', 'timestamp') -%}
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

{% macro tekststruktur(variabler, liste=none) -%}
    {#- The shape for from_json: every value as text, inside a list of objects when `liste` names one. A variable of text is
        left as JSON, to tell a text from what only looks like one. -#}
    {%- set par = [] -%}
    {%- for v in variabler -%}
        {%- do par.append('"' ~ v.navn ~ '":"' ~ ('JSON' if v.lagres == 'varchar' else 'VARCHAR') ~ '"') -%}
    {%- endfor -%}
    {%- if liste -%}
    '{"{{ liste }}":[{ {{- par | join(",") -}} }]}'
    {%- else -%}
    '{ {{- par | join(",") -}} }'
    {%- endif -%}
{%- endmacro %}

{% macro tekstliste(navn) -%}
    [{% for n in navn %}'{{ n }}'{{ ", " if not loop.last }}{% endfor %}]::varchar[]
{%- endmacro %}
