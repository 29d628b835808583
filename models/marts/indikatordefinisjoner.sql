-- depends_on: {{ ref('kvalitetsindikatorer') }}
{%- for i in indikatorer() %}
select
    {{ loop.index }} as nr,
    '{{ i.id }}' as indikator,
    '{{ i.navn }}' as navn,
    '{{ i.kort }}' as kort,
    {{ "'" ~ i.hoved ~ "'" if i.hoved else "null::varchar" }} as hoved,
    '{{ "snitt" if i.sum else "andel" }}' as maal,
    '{{ "ikke aktuelt" if i.ikke_aktuelt else "beregnet" }}' as status,
    '{{ i.teller_tekst }}' as teller_tekst,
    '{{ i.nevner_tekst }}' as nevner_tekst,
    '{{ i.utelatt_tekst }}' as utelatt_tekst,
    '{{ i.get("valg", "") }}' as valg,
{{ "union all" if not loop.last }}
{%- endfor %}
