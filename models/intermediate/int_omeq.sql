-- The morphine equivalent of each opioid with a dose, calculated anew from the dose (manual, B 1.1 question 4b).
-- depends_on: {{ ref('stg_svar') }}
{% set skjemaer = kodebok_skjemaer() | selectattr('omeq_sum') | list -%}

with
{% for s in skjemaer %}
{%- set suffiks = s.omeq_sum[('MoEkvivalens' | length):] %}
{{ s.skjema }} as (
    select
        '{{ s.skjema }}' as skjema,
        forlops_id,
        faktorsett,
        substr(variabel, 3, length(variabel) - 2 - {{ suffiks | length }}) as stamme,
        dose::decimal(7, 1) as dose,
    from (
        unpivot (
            select
                forlops_id,
                faktorsett,
                columns('^DD.*{{ suffiks }}$')::decimal(7, 1),
            from {{ skjemasvar(s.skjema) }}
        )
        on columns(* exclude (forlops_id, faktorsett))
        into name variabel value dose
    )
),
{% endfor %}
doser as (
    {%- for s in skjemaer %}
    {{ "union all" if not loop.first }}
    select *,
    from {{ s.skjema }}
    {%- endfor %}
),

depot as (
    select distinct stamme,
    from {{ ref('buvidal') }}
),

faktorer as (
    -- Buvidal is looked up as a daily sublingual dose and counted as sublingual tablets.
    select
        doser.*,
        case when depot.stamme is null then egen.faktor else sublingval.faktor end as faktor,
        case when depot.stamme is null then doser.dose else buvidal.sublingval_mg end as regnet_dose,
    from doser
    left join {{ ref('omeq_faktorer') }} as egen
        on doser.faktorsett = egen.faktorsett and doser.stamme = egen.stamme
    left join {{ ref('omeq_faktorer') }} as sublingval
        on doser.faktorsett = sublingval.faktorsett and sublingval.stamme = 'BuTbl'
    left join depot on doser.stamme = depot.stamme
    left join {{ ref('buvidal') }} as buvidal
        on
            doser.faktorsett = buvidal.faktorsett
            and doser.stamme = buvidal.stamme
            and doser.dose = buvidal.dose_mg
)

select
    skjema,
    forlops_id,
    faktorsett,
    stamme,
    dose,
    -- Decimals round half up exactly; floating point would be 0.05 off here and there.
    round(regnet_dose::decimal(14, 1) * faktor::decimal(12, 4), 1)::decimal(10, 1) as omeq,
from faktorer
