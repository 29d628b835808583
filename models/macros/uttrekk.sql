{#- The linked extract's columns: the contract's first, in its order; codebook variables it does not know come last. -#}

{% macro uttrekkskolonner(uttrekk) %}
    {#- [{navn, datatype, skjema}] of one extract's contract. -#}
    {%- set treff %}
        select kolonne as navn, datatype, coalesce(skjema, '') as skjema
        from {{ ref('uttrekkskontrakt') }}
        where uttrekk = '{{ uttrekk }}'
        order by nr
    {%- endset -%}
    {{ return(rows_of(treff)) }}
{% endmacro %}

{% macro allevarnum_variabler() %}
    {#- [{navn, lagres, skjema, kjent}] of every column after the five keys. A column of the contract that the
        codebook lacks stays typed and empty; models/tests/kodebok_dekker_kontrakten.sql names it. -#}
    {%- set kontrakt = {} -%}
    {%- for k in uttrekkskolonner('allevarnum') -%}
        {%- do kontrakt.update({k.navn: k}) -%}
    {%- endfor -%}
    {%- set fra_kodebok = {} -%}
    {%- for s in kodebok_skjemaer() | sort(attribute='uttrekk') -%}
        {%- for v in kodebok_variabler(s.skjema) if v.eksporteres -%}
            {%- do fra_kodebok.update({v.navn: {"navn": v.navn, "lagres": v.lagres, "skjema": s.skjema, "kjent": true, "krysses": v.krysses}}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set ut = [] -%}
    {%- for k in kontrakt.values() if k.skjema -%}
        {%- do ut.append(fra_kodebok.get(k.navn, {"navn": k.navn, "lagres": k.datatype, "skjema": k.skjema, "kjent": false})) -%}
    {%- endfor -%}
    {%- for v in fra_kodebok.values() if v.navn not in kontrakt -%}
        {%- do ut.append(v) -%}
    {%- endfor -%}
    {{ return(ut) }}
{% endmacro %}
