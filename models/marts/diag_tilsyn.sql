{%- set koder = kodebok_koder().get('to', {}) %}

select
    date_trunc('month', startdato)::date as maaned,
    avd_resh as "AvdRESH",
    tilsett,
    {{ tekst_for('tilsett', koder.get('Tilsett', [])) }} as tekst,
    count(*)::integer as n,
from {{ ref('int_forlop') }}
where startdato is not null
group by all
