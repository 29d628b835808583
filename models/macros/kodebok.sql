{#- What the codebook says, read when a model is built: nothing about a question is written in SQL. -#}

{% macro kodebok_variabler(skjema, gjentatt=none) %}
    {#- The variables of one form, in order; `gjentatt` chooses a repeated block instead. -#}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set treff %}
        select navn, lower(lagres) as lagres, aktiv, eksporteres, beregnes, type
        from {{ source('snap', 'kodebok_variabel') }}
        where skjema = '{{ skjema }}' and coalesce(gjentatt, '') = '{{ gjentatt or '' }}'
        order by rekkefolge, navn
    {%- endset -%}
    {%- set variabler = [] -%}
    {%- for rad in run_query(treff) -%}
        {%- do variabler.append({
            "navn": rad[0], "lagres": rad[1], "aktiv": rad[2], "eksporteres": rad[3], "beregnes": rad[4], "type": rad[5],
        }) -%}
    {%- endfor -%}
    {{ return(variabler) }}
{% endmacro %}

{% macro kodebok_gjentatte(skjema) %}
    {#- Keys of the form's repeated blocks. -#}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set treff %}
        select distinct gjentatt
        from {{ source('snap', 'kodebok_variabel') }}
        where skjema = '{{ skjema }}' and coalesce(gjentatt, '') <> ''
    {%- endset -%}
    {{ return(run_query(treff).columns[0].values() | list) }}
{% endmacro %}

{% macro kodebok_koder() %}
    {#- {skjema: {variabel: [(kode, tekst)]}} of every list variable. -#}
    {%- set koder = {} -%}
    {%- if execute -%}
        {%- set treff %}
            select skjema, navn, kode, tekst
            from {{ source('snap', 'kodebok_kode') }}
            where kode is not null
            order by skjema, navn, rekkefolge
        {%- endset -%}
        {%- for rad in run_query(treff) -%}
            {%- do koder.setdefault(rad[0], {}).setdefault(rad[1], []).append((rad[2], rad[3])) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(koder) }}
{% endmacro %}

{% macro tekst_for(kolonne, koder) -%}
    {#- The label of a code; a code the codebook does not know is shown as it is. -#}
    {%- if not koder -%}
    {{ kolonne }}::varchar
    {%- else -%}
    case {{ kolonne }}
        {%- for kode, tekst in koder %}
        when {{ kode }} then '{{ tekst | replace("'", "''") }}'
        {%- endfor %}
        else {{ kolonne }}::varchar
    end
    {%- endif -%}
{%- endmacro %}

{% macro tekstkolonner(relasjon) %}
    {#- The text columns of a built relation, quoted. -#}
    {%- set navn = [] -%}
    {%- if execute -%}
        {%- for kolonne in adapter.get_columns_in_relation(relasjon) if kolonne.is_string() -%}
            {%- do navn.append('"' ~ kolonne.name ~ '"') -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(navn or ["null::varchar"]) }}
{% endmacro %}

{% macro kolonner(relasjon, unntatt=[]) %}
    {#- Names of a built relation's columns, in order. -#}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set navn = [] -%}
    {%- for kolonne in adapter.get_columns_in_relation(relasjon) if kolonne.name not in unntatt -%}
        {%- do navn.append(kolonne.name) -%}
    {%- endfor -%}
    {{ return(navn) }}
{% endmacro %}
