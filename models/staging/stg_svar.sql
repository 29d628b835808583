-- depends_on: {{ source('snap', 'skjema') }}, {{ source('snap', 'skjemaversjon') }}, {{ ref('stg_smertediagnoser') }}
-- Every form of the codebook is unpacked here, so that a new form needs no file of its own; skjemasvar() gives one form.
{%- set skjemaer = kodebok_skjemaer() | selectattr('fra_type') | list %}

with
{% for s in skjemaer %}
"{{ s.skjema }}" as ({{ pakk_ut(s.skjema) }}),
{% endfor %}
forlop as (
    select forlop_id::integer as forlops_id,
    from {{ source('snap', 'forlop') }}
)

select
    forlop.forlops_id,
    {%- for s in skjemaer %}
    "{{ s.skjema }}".skjema_status as {{ s.skjema }}_status,
    "{{ s.skjema }}".lagret as {{ s.skjema }}_lagret,
    "{{ s.skjema }}".har_dokument as {{ s.skjema }}_har_dokument,
    "{{ s.skjema }}".faktorsett as {{ s.skjema }}_faktorsett,
    "{{ s.skjema }}".avvik as {{ s.skjema }}_avvik,
    {%- for v in kodebok_variabler(s.skjema) if v.eksporteres %}
    "{{ s.skjema }}"."{{ v.navn }}",
    {%- endfor %}
    {%- endfor %}
from forlop
{% for s in skjemaer %}
left join "{{ s.skjema }}" on forlop.forlops_id = "{{ s.skjema }}".forlops_id
{% endfor %}
