{#- The registry's quality indicators as they are defined in the yml of kvalitetsindikatorer, and nowhere else. -#}

{% macro indikatorer() %}
    {#- [{id, navn, kort, hoved, teller, sum, nevner, ikke_aktuelt, teller_tekst, nevner_tekst, utelatt_tekst, valg}].
        `teller` and `nevner` are conditions on allevarnum; `sum` makes the indicator a mean per forløp. -#}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set stilt %}
        select distinct navn from {{ source('snap', 'kodebok_variabel') }} where aktiv
    {%- endset -%}
    {%- set i_bruk = rows_of(stilt) | map(attribute='navn') | list -%}
    {%- set alle = [] -%}
    {%- for i in graph.nodes['model.smertereg.kvalitetsindikatorer'].config.meta.indikatorer -%}
        {%- set mangler = i.get('krever', []) | reject('in', i_bruk) | list -%}
        {%- do alle.append(dict(nedgang(i) if 'endring' in i else i, ikke_aktuelt=mangler | length > 0)) -%}
    {%- endfor -%}
    {{ return(alle) }}
{% endmacro %}

{% macro nedgang(i) %}
    {#- I4: a fall in one measure of pain from the first visit (B 1.2) to the last (B 2.1), of all pairs or of those
        that changed. -#}
    {%- set forste, siste = '"' ~ i.endring ~ '12"', '"' ~ i.endring ~ '21"' -%}
    {%- set begge = forste ~ ' <> 99 and ' ~ siste ~ ' <> 99' -%}
    {%- set endrede = 'hoved' in i -%}
    {{ return(dict(
        i,
        teller=forste ~ ' > ' ~ siste,
        nevner=begge ~ (' and ' ~ forste ~ ' <> ' ~ siste if endrede else ''),
        teller_tekst='Forløp der smerteintensiteten (NRS) er lavere ved siste tilsyn (B 2.1) enn ved første (B 1.2).',
        nevner_tekst='Forløp med NRS ved begge' ~ (' og en endring mellom dem.' if endrede else ', også uendret.'),
        utelatt_tekst='Forløp uten NRS ved begge, eller med Vet ikke' ~ (', og uendret NRS.' if endrede else '.'),
        valg='Slik overskriften i registerets lokale rapport regner.' if endrede else
            'Registerets skript er ikke enige om uendret NRS. Her er alle par med, som i de nasjonale tallene; varianten med bare endrede står for seg.',
    )) }}
{% endmacro %}

{% macro wilson(teller, nevner, fortegn) %}
    {#- One end of the 95 % interval of a share, by Wilson's score method (Wilson 1927; Newcombe 1998, method 3).
        `fortegn` is + or -. Empty for an empty denominator. The ends are 0 and 1 where the share is. -#}
    {%- set z = 1.959963984540054 -%}
    {%- set n, t = nevner ~ '::double', teller ~ '::double' -%}
    case
        when {{ nevner }} = 0 then null
        when {{ teller }} = {{ nevner if fortegn == '+' else 0 }} then {{ 1 if fortegn == '+' else 0 }}
        else (
            {{ t }} + {{ z * z / 2 }}
            {{ fortegn }} {{ z }} * sqrt({{ t }} * ({{ n }} - {{ t }}) / nullif({{ n }}, 0) + {{ z * z / 4 }})
        ) / ({{ n }} + {{ z * z }})
    end::double
{%- endmacro %}
