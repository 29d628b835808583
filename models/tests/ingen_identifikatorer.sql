-- No text in what is published has eleven digits in a row, as a fødselsnummer has.
{%- set marts = [
    "allevarnum", "forlopsoversikt", "skjemaoversikt", "skjemahoder", "smertediagnosernum", "smertediagnoser", "avdelingsoversikt",
    "dekningsgrad", "registrert_av_henvist", "kvalitetsindikatorer", "oversikt_koder",
] %}
{%- for mart in marts %}
{{ "union all" if not loop.first }}
select
    '{{ mart }}' as tabell,
    tekst,
from (
    select unnest([{{ tekstkolonner(ref(mart)) | join(', ') }}]) as tekst
    from {{ ref(mart) }}
)
where regexp_matches(tekst, '\d{6}\s?\d{5}')
{%- endfor %}
