{%- set tilstander = {
    "avventer": "samtykke is null",
    "ja": "samtykke = 1",
    "nei_aktivt": "samtykke = 0 and samtykke_type = 1",
    "nei_passivt": "samtykke = 0 and samtykke_type = 2",
    "ikke_aktuelt": "samtykke = 0 and samtykke_type = 3",
    "nei_ikke_spurt": "samtykke = 0 and samtykke_type = 4",
    "tilbaketrukket": "samtykke = 0 and samtykke_type = 5",
    "nei_uten_type": "samtykke = 0 and samtykke_type is null",
} -%}
{%- set krit = "inkl_krit_oppf = 1" -%}
{%- set formelt = "inkl_krit_oppf = 1 and tilsynsanmodning = 1" %}

select
    date_trunc('month', startdato)::date as maaned,
    avd_resh as "AvdRESH",
    sykehus_navn as "SykehusNavn",
    count(*)::integer as n_forlop,
    count(distinct pasient_id)::integer as n_pasienter,
    {{ n_hvis(krit) }} as n_inkl_krit_oppf,
    {{ n_hvis("inklusjon_status = 1") }} as n_inklusjon_status,
    count(distinct pasient_id) filter (where {{ krit }})::integer as n_pasienter_krit,
    count(distinct pasient_id) filter (where inklusjon_status = 1)::integer as n_pasienter_inkludert,
    {{ n_hvis("inkl_krit_oppf is null") }} as n_krit_ubesvart,
    {%- for navn, vilkaar in tilstander.items() %}
    {{ n_hvis(krit ~ " and " ~ vilkaar) }} as n_{{ navn }},
    {%- endfor %}
    {{ n_hvis(formelt) }} as n_formelt_henvist,
    {%- for navn, vilkaar in tilstander.items() %}
    {{ n_hvis(formelt ~ " and " ~ vilkaar) }} as n_formelt_{{ navn }},
    {%- endfor %}
from {{ ref('int_forlop') }}
where startdato is not null
group by all
order by all
