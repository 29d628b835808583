{%- for nr, faktor, tittel, kode, tekst in sammenligning_tekster() %}
{{ "union all" if not loop.first }}
select
    {{ nr }}::tinyint as nr,
    '{{ faktor }}' as faktor,
    '{{ tittel }}' as tittel,
    {{ kode }}::tinyint as kode,
    '{{ tekst | replace("'", "''") }}' as tekst,
{%- endfor %}
