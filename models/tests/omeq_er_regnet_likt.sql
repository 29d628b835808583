-- The stored morphine equivalents are those the doses give, row by row and in sum.
-- depends_on: {{ ref('stg_svar') }}
{%- set skjemaer = kodebok_skjemaer() | selectattr('omeq_sum') | list %}

with

regnet as (
    select
        skjema,
        forlops_id,
        stamme,
        omeq,
    from {{ ref('int_omeq') }}
    union all
    select
        skjema,
        forlops_id,
        'sum' as stamme,
        -- A dose without a conversion gives no sum, which would be too low without it.
        case when count(omeq) = count(*) then sum(omeq) end as omeq,
    from {{ ref('int_omeq') }}
    group by skjema, forlops_id
),

lagret as (
    {%- for s in skjemaer %}
    {%- set suffiks = s.omeq_sum[('MoEkvivalens' | length):] %}
    {{ "union all" if not loop.first }}
    select
        '{{ s.skjema }}' as skjema,
        forlops_id,
        case
            when variabel like 'MoEkvivalens%' then 'sum'
            else substr(variabel, 5, length(variabel) - 4 - {{ suffiks | length }})
        end as stamme,
        omeq,
    from (
        unpivot (
            select
                forlops_id,
                columns('^(OMEQ|MoEkvivalens).*{{ suffiks }}$')::decimal(10, 1),
            from {{ skjemasvar(s.skjema) }}
        )
        on columns(* exclude (forlops_id))
        into name variabel value omeq
    )
    {%- endfor %}
)

select
    coalesce(regnet.skjema, lagret.skjema) as skjema,
    coalesce(regnet.forlops_id, lagret.forlops_id) as forlops_id,
    coalesce(regnet.stamme, lagret.stamme) as stamme,
    lagret.omeq as lagret,
    regnet.omeq as regnet,
from regnet
full outer join lagret
    on
        regnet.skjema = lagret.skjema
        and regnet.forlops_id = lagret.forlops_id
        and regnet.stamme = lagret.stamme
where regnet.omeq is distinct from lagret.omeq
