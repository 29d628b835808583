-- Én rad per skjema og opioid med dose; morfinekvivalenten regnet på nytt fra dosen (manualen, B 1.1 spørsmål 4b).
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
    -- Buvidal slås opp som daglig sublingval dose og regnes som sublingvaltabletter.
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
    -- Desimaltall gir eksakt halv-opp; flyttall ville gitt 0,05 feil her og der.
    round(regnet_dose::decimal(14, 1) * faktor::decimal(12, 4), 1)::decimal(10, 1) as omeq,
from faktorer
