{#- The key of a table of more than one column: no two rows share it, and only the columns of `may_be_empty` are ever
    empty in it. An empty value counts as a value, so that two rows which lack the same part are found too. -#}

{% test unique_key(model, columns, may_be_empty=[]) %}
{%- set filled = columns | reject('in', may_be_empty) | list %}
select
    "{{ columns | join('", "') }}",
    count(*) as antall,
from {{ model }}
group by all
having count(*) > 1
{%- for column in filled %}
    or "{{ column }}" is null
{%- endfor %}
{% endtest %}
