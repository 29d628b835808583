-- depends_on: {{ ref('stg_svar') }}, {{ ref('stg_smertediagnoser') }}
with

funn as (
    {%- for s in kodebok_skjemaer() if s.fra_type %}
    {{ "union all" if not loop.first }}
    {{ tilside_i(s.skjema) }}
    {%- endfor %}
)

select
    forlop_id::integer as forlops_id,
    skjema::varchar as skjema,
    hva::varchar as hva,
from funn
