{%- set koder = kodebok_koder().get('to', {}) %}

select
    date_trunc('month', startdato)::date as maaned,
    avd_resh as "AvdRESH",
    samtykke,
    case when samtykke = 0 then samtykke_type end as samtykke_type,
    case
        when samtykke = 1 then 'Ja'
        when samtykke is null then 'Avventer'
        when samtykke_type is null then 'Nei'
        else 'Nei – ' || lower({{ tekst_for('samtykke_type', koder.get('TypeManglSamt', [])) }})
    end as tekst,
    count(*)::integer as n,
from {{ ref('int_forlop') }}
-- Den som ikke er tilsett, blir ikke spurt: feltene vises ikke.
where startdato is not null and tilsett = 1
group by all
