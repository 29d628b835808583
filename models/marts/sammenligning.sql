-- depends_on: {{ ref('kvalitetsindikatorer') }}
with

utfall as (
    -- The conditions of the indicators are about allevarnum alone.
    select
        "ForlopsID",
        "MoEkvivalens",
        "Ingen4b",
        "NonOpioid4b",
        "Opioid4b",
        "Benzo4b",
        "KoAnalg4b",
        "Vetikke4b",
        {%- for maal in ("StSmBev", "SvSmBev", "StSmRo", "SvSmRo") %}
        case when "{{ maal }}12" <= 10 then "{{ maal }}12" end::tinyint as "{{ maal }}_forste",
        case when "{{ maal }}21" <= 10 then "{{ maal }}21" end::tinyint as "{{ maal }}_siste",
        {%- endfor %}
        {%- for i in indikatorer() if not i.ikke_aktuelt and not i.sum %}
        case when {{ i.nevner }} then coalesce({{ i.teller }}, false) end::tinyint as "{{ i.id }}",
        {%- endfor %}
    from {{ ref('allevarnum') }}
)

select
    forlop.forlops_id as "ForlopsID",
    forlop.avd_resh as "AvdRESH",
    forlop.sykehus_navn as "SykehusNavn",
    forlop.startdato,
    {{ maaned('forlop.startdato') }} as maaned,
    {%- for faktor, (tittel, koder, uttrykk) in sammenligning_faktorer().items() %}
    ({{ uttrykk }})::tinyint as {{ faktor }},
    {%- endfor %}
    utfall.* exclude (
        "ForlopsID", "MoEkvivalens", "Ingen4b", "NonOpioid4b", "Opioid4b", "Benzo4b", "KoAnalg4b", "Vetikke4b"
    ),
from {{ ref('int_forlop') }} as forlop
inner join utfall on forlop.forlops_id = utfall."ForlopsID"
inner join {{ ref('int_oversikt') }} as oversikt on forlop.forlops_id = oversikt.forlops_id
order by "AvdRESH", startdato, "ForlopsID"
