{% macro n_hvis(vilkaar) -%}
    count(*) filter (where {{ vilkaar }})::integer
{%- endmacro %}
