-- depends_on: {{ ref('uttrekkskontrakt') }}
{%- set variabler = allevarnum_variabler() -%}
{%- set po_kolonner = kolonner(ref('int_po')) %}

select
    forlop.pasient_id as "PasientID",
    forlop.avd_resh as "AvdRESH",
    forlop.sykehus_navn as "SykehusNavn",
    forlop.forlops_id as "ForlopsID",
    forlop.inklusjon_status as "InklusjonStatus",
    {%- for v in variabler %}
    {% if not v.kjent or (v.skjema == 'po' and v.navn not in po_kolonner) -%}
    null::{{ v.lagres }} as "{{ v.navn }}",
    {%- else -%}
    "{{ v.skjema }}"."{{ v.navn }}",
    {%- endif %}
    {%- endfor %}
from {{ ref('int_forlop') }} as forlop
-- Skjemaer som forløpstypen stenger, blir stående i registeret, men er ikke med i datasettene.
left join {{ ref('int_po') }} as "po" on forlop.forlops_id = "po".forlops_id
{%- for skjema, fra_type in var('skjema_fra_type').items() %}
left join {{ ref('int_to' if skjema == 'to' else 'stg_' ~ skjema) }} as "{{ skjema }}"
    on forlop.forlops_id = "{{ skjema }}".forlops_id and coalesce(forlop.forlopstype, 1) >= {{ fra_type }}
{%- endfor %}
