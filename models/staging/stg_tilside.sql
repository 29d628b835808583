-- depends_on: {{ ref('stg_svar') }}, {{ ref('stg_smertediagnoser') }}
with

funn as (
    select
        null as forlop_id,
        null as skjema,
        null as hva,
    where false
    {%- for skjema in skjemaer_med_avvik() %}
    union all by name
    {{ tilside_i(skjema) }}
    {%- endfor %}
)

select
    forlop_id::integer as forlops_id,
    skjema::varchar as skjema,
    hva::varchar as hva,
from funn
