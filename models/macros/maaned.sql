{#- The month that a forløp counts in, as its first day: that of its startdato, also when it was answered or saved later. -#}

{% macro maaned(startdato) -%}
    date_trunc('month', {{ startdato }})::date
{%- endmacro %}
