{%- for diagram, kode, tekst in oversikt_tekster() %}
{{ "union all" if not loop.first }}
select
    '{{ diagram }}' as diagram,
    {{ kode }}::tinyint as kode,
    '{{ tekst | replace("'", "''") }}' as tekst,
{%- endfor %}
