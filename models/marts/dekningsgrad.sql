{%- set tall = dekningstall() -%}
{%- set forst = ("n_forlop", "n_inkl_krit_oppf", "n_inklusjon_status") %}

select
    {{ maaned('startdato') }} as maaned,
    avd_resh as "AvdRESH",
    sykehus_navn as "SykehusNavn",
    {{ n_hvis(tall.n_forlop) }} as n_forlop,
    count(distinct pasient_id)::integer as n_pasienter,
    {{ n_hvis(tall.n_inkl_krit_oppf) }} as n_inkl_krit_oppf,
    {{ n_hvis(tall.n_inklusjon_status) }} as n_inklusjon_status,
    count(distinct pasient_id) filter (where {{ tall.n_inkl_krit_oppf }})::integer as n_pasienter_krit,
    count(distinct pasient_id) filter (where {{ tall.n_inklusjon_status }})::integer as n_pasienter_inkludert,
    {%- for navn, vilkaar in tall.items() if navn not in forst %}
    {{ n_hvis(vilkaar) }} as {{ navn }},
    {%- endfor %}
from {{ ref('int_forlop') }}
where startdato is not null
group by all
order by all
