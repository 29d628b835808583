-- Hver verdi i hvert dokument er kommet uendret gjennom utpakkingen, og ingen nøkkel er ukjent for kodeboken.
-- Svarer med skjema, forløp, variabel og verdi.
-- depends_on: {{ ref('stg_svar') }}
{%- for s in kodebok_skjemaer() if s.fra_type %}
{{ "union all" if not loop.first }}
{{ avvik_i(s.skjema) }}
{%- endfor %}
