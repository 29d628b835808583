-- Hver verdi i hvert dokument er kommet uendret gjennom utpakkingen, og ingen nøkkel er ukjent for kodeboken.
-- Svarer med skjema, forløp, variabel og verdi.
{%- for skjema in ["to", "b11", "b12", "b21", "b22", "pasreg", "hads", "eval", "opioid"] %}
{{ "union all" if not loop.first }}
{{ avvik_i(skjema) }}
{%- endfor %}
