{#- The month that a forløp counts in, as its first day: that of its startdato, also when it was answered or saved later. -#}

{% macro maaned(startdato) -%}
    date_trunc('month', {{ startdato }})::date
{%- endmacro %}

{#- The periods that figures are counted in: each row of a relation counts once in each of them. -#}

{% macro perioder() -%}
    (values ('måned', 'month'), ('kvartal', 'quarter'), ('år', 'year')) as perioder (periode, trinn)
{%- endmacro %}

{% macro fra(dato) -%}
    date_trunc(perioder.trinn, {{ dato }})::date
{%- endmacro %}

{#- The levels that figures are counted at: each unit, and the whole nation. -#}

{% macro nivaaer(felles, enhet) -%}
    {#- What to group by: the columns `felles` at both levels, those of `enhet` at the unit's. -#}
    grouping sets (({{ (felles + enhet) | join(", ") }}), ({{ felles | join(", ") }}))
{%- endmacro %}

{% macro nivaa(enhet) -%}
    case when grouping({{ enhet }}) = 0 then 'enhet' else 'nasjon' end
{%- endmacro %}

{% macro enhetens_navn(enhet, navn) -%}
    case when grouping({{ enhet }}) = 0 then {{ navn }} else 'Alle enheter' end
{%- endmacro %}
