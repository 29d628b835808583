{#- The forms, as the codebook has them: nothing in SQL lists them. -#}

{% macro kodebok_skjemaer(slag=none) %}
    {#- [{skjema, slag, fra_type, navn, uttrekk, utfylt, arsak, omeq_sum}] of the forms, or of those of one slag, in the
        order of the work; exports/codebook_tables.py says what each is. fra_type is empty for PO. -#}
    {%- set treff %}
        select skjema, slag, fra_type, navn, uttrekk, utfylt, arsak, omeq_sum
        from {{ source('snap', 'kodebok_skjema') }}
        {%- if slag %}
        where slag = '{{ slag }}'
        {%- endif %}
        order by arbeid
    {%- endset -%}
    {{ return(rows_of(treff)) }}
{% endmacro %}

{% macro skjemasvar(skjema) %}
    {#- One form as a relation: a row for each forløp that has it, with its status and its answers. -#}
    (
        select
            forlops_id,
            {{ skjema }}_status as skjema_status,
            {{ skjema }}_lagret as lagret,
            {{ skjema }}_har_dokument as har_dokument,
            {{ skjema }}_faktorsett as faktorsett,
            {{ skjema }}_avvik as avvik,
            {%- for v in kodebok_variabler(skjema) if v.eksporteres %}
            "{{ v.navn }}",
            {%- endfor %}
        from {{ ref('stg_svar') }}
        where {{ skjema }}_status is not null
    )
{%- endmacro %}
