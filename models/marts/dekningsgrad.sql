{%- set tall = dekningstall() -%}
{%- set forst = ("n_forlop", "n_inkl_krit_oppf", "n_inklusjon_status") %}

with

forlop as (
    select
        forlop.*,
        perioder.periode,
        {{ fra('forlop.startdato') }} as fra,
    from {{ ref('int_dekning') }} as forlop
    cross join {{ perioder() }}
)

select
    {{ nivaa('avd_resh') }} as nivaa,
    periode,
    fra,
    avd_resh as "AvdRESH",
    {{ enhetens_navn('avd_resh', 'sykehus_navn') }} as "SykehusNavn",
    {{ n_hvis(tall.n_forlop) }} as n_forlop,
    count(distinct pasient_id)::integer as n_pasienter,
    {{ n_hvis(tall.n_inkl_krit_oppf) }} as n_inkl_krit_oppf,
    {{ n_hvis(tall.n_inklusjon_status) }} as n_inklusjon_status,
    count(distinct pasient_id) filter (where {{ tall.n_inkl_krit_oppf }})::integer as n_pasienter_krit,
    count(distinct pasient_id) filter (where {{ tall.n_inklusjon_status }})::integer as n_pasienter_inkludert,
    {%- for navn, vilkaar in tall.items() if navn not in forst %}
    {{ n_hvis(vilkaar) }} as {{ navn }},
    {%- endfor %}
from forlop
group by {{ nivaaer(['periode', 'fra'], ['avd_resh', 'sykehus_navn']) }}
order by all
