-- depends_on: {{ ref('stg_svar') }}
-- A document that staging has marked is named in stg_tilside with what is wrong in it: nothing is set aside unseen.
with

merket as (
    {%- for s in kodebok_skjemaer() | selectattr('fra_type') %}
    select
        forlops_id,
        '{{ s.skjema }}' as skjema,
    from {{ ref('stg_svar') }}
    where {{ s.skjema }}_avvik
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    merket.forlops_id,
    merket.skjema,
from merket
anti join {{ ref('stg_tilside') }} as tilside on merket.forlops_id = tilside.forlops_id and merket.skjema = tilside.skjema
