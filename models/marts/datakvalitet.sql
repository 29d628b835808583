-- depends_on: {{ ref('kontroller') }}, {{ ref('allevarnum') }}, {{ ref('int_forlop') }}, {{ ref('stg_skjema') }}
-- depends_on: {{ ref('smertediagnosernum') }}, {{ ref('stg_svar') }}, {{ ref('int_hads') }}, {{ ref('stg_tilside') }}
with

talt as (
    select
        ''::varchar as kontroll,
        ''::varchar as avd_resh,
        0 as n_kontrollert,
        0 as n_avvik,
        ''::varchar as mangler,
    where false
    {%- for k in kvalitet_kontroller() %}
    union all
    {% if k.mangler -%}
    select
        '{{ k.kontroll }}' as kontroll,
        avd_resh,
        0 as n_kontrollert,
        0 as n_avvik,
        '{{ k.mangler | join(", ") }}' as mangler,
    from {{ ref('stg_enhet') }}
    {%- else -%}
    select
        '{{ k.kontroll }}' as kontroll,
        avd_resh,
        count(*) as n_kontrollert,
        count(detalj) as n_avvik,
        null as mangler,
    from ({{ kvalitet_mal(k) }})
    group by avd_resh
    {%- endif %}
    {%- endfor %}
)

select
    kontroll.kontroll,
    enhet.avd_resh as "AvdRESH",
    kontroll.tittel,
    kontroll.sporsmaal,
    kontroll.alvor,
    kontroll.terskel,
    coalesce(talt.n_kontrollert, 0)::integer as n_kontrollert,
    coalesce(talt.n_avvik, 0)::integer as n_avvik,
    talt.mangler,
    case
        when talt.mangler is not null then 'feil'
        when coalesce(talt.n_kontrollert, 0) = 0 then 'ikke aktuelt'
        when talt.n_avvik > kontroll.terskel * talt.n_kontrollert then 'avvik'
        else 'bestått'
    end as status,
from {{ ref('kontroller') }} as kontroll
cross join {{ ref('stg_enhet') }} as enhet
left join talt on kontroll.kontroll = talt.kontroll and enhet.avd_resh = talt.avd_resh
where kontroll.mal <> 'register'
