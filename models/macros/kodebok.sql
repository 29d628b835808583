{#- What the codebook says, read when a model is built: nothing about a question is written in SQL. -#}

{% macro rows_of(sql) %}
    {#- The rows of a query as dictionaries; none while dbt only reads the project. Nothing else asks the database. -#}
    {%- set rader = [] -%}
    {%- if execute -%}
        {%- set svar = run_query(sql) -%}
        {%- for rad in svar -%}
            {%- do rader.append(dict(zip(svar.column_names, rad))) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rader) }}
{% endmacro %}

{% macro kodebok_variabler(skjema, gjentatt=none) %}
    {#- The variables of one form, in order; `gjentatt` chooses a repeated block instead. -#}
    {%- set treff %}
        select navn, lower(lagres) as lagres, aktiv, eksporteres, beregnes, type, krysses
        from {{ source('snap', 'kodebok_variabel') }}
        where skjema = '{{ skjema }}' and coalesce(gjentatt, '') = '{{ gjentatt or '' }}'
        order by rekkefolge, navn
    {%- endset -%}
    {{ return(rows_of(treff)) }}
{% endmacro %}

{% macro kodebok_gjentatte(skjema) %}
    {#- Keys of the form's repeated blocks. -#}
    {%- set treff %}
        select distinct gjentatt
        from {{ source('snap', 'kodebok_variabel') }}
        where skjema = '{{ skjema }}' and coalesce(gjentatt, '') <> ''
    {%- endset -%}
    {{ return(rows_of(treff) | map(attribute='gjentatt') | list) }}
{% endmacro %}

{% macro kodebok_koder() %}
    {#- {skjema: {variabel: [(kode, tekst)]}} of every list variable. -#}
    {%- set koder = {} -%}
    {%- set treff %}
        select skjema, navn, kode, tekst
        from {{ source('snap', 'kodebok_kode') }}
        where kode is not null
        order by skjema, navn, rekkefolge
    {%- endset -%}
    {%- for rad in rows_of(treff) -%}
        {%- do koder.setdefault(rad.skjema, {}).setdefault(rad.navn, []).append((rad.kode, rad.tekst)) -%}
    {%- endfor -%}
    {{ return(koder) }}
{% endmacro %}

{% macro smertediagnosekoder() %}
    {#- [(column of smertediagnosernum, its codes in words)]: what stands there is filled by questions that have no column of
        their own, and which of them depends on the category of pain (manual, 3b). -#}
    {%- set koder = kodebok_koder().get('b11', {}) -%}
    {%- set ord = {} -%}
    {%- for navn in ("Smertekategori3a", "diagnosekat3b2", "diagnosekat3b1", "diagnosekatpalliativ", "diagnosekat3b4", "HovedDiag") -%}
        {%- set deler = [] -%}
        {%- for kode, tekst in koder.get(navn, []) -%}
            {%- do deler.append(kode ~ ' ' ~ tekst) -%}
        {%- endfor -%}
        {%- do ord.update({navn: deler | join('; ')}) -%}
    {%- endfor -%}
    {{ return([
        ("SmerteKat", ord.Smertekategori3a),
        ("DiagKat", "Når SmerteKat er 1: " ~ ord.diagnosekat3b2 ~ ". Når den er 2: " ~ ord.diagnosekat3b1
            ~ ". Når den er 3: " ~ ord.diagnosekatpalliativ),
        ("DiagSubKat", "Når SmerteKat er 2: " ~ ord.diagnosekat3b4
            ~ ". Når den er 1: stedet i den anatomiske regionen i ICD10Kode, i ord etter streken i ICD10Tekst"),
        ("PAINMAINDIAG", ord.HovedDiag),
    ]) }}
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
