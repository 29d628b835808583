-- Every value of every document came unchanged through the unpacking, and no key is unknown to the codebook.
-- Answers with form, forløp, variable and value.
-- depends_on: {{ ref('stg_svar') }}
{%- for s in kodebok_skjemaer() if s.fra_type %}
{{ "union all" if not loop.first }}
{{ avvik_i(s.skjema) }}
{%- endfor %}
