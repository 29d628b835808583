-- No forløp lacks a form of its type: without the row of the form it would look complete. A form that the codebook has got
-- later is no part of a forløp whose type was decided before (docs/adr/016), so a form is missing only where a form of the
-- same type or a higher one was opened after some forløp had it. An imported forløp has the forms that its package had.
with

skjemaer as (
    select
        skjema.forlop_id as forlops_id,
        skjema.skjema,
        skjema.opprettet,
        kodebok.fra_type,
    from {{ source('snap', 'skjema') }} as skjema
    inner join {{ source('snap', 'kodebok_skjema') }} as kodebok on skjema.skjema = kodebok.skjema
),

i_bruk as (
    select
        skjema,
        fra_type,
        min(opprettet) as siden,
    from skjemaer
    group by all
),

apnet as (
    select
        forlop.forlops_id,
        skjemaer.fra_type,
        max(skjemaer.opprettet) as sist,
    from {{ ref('stg_forlop') }} as forlop
    inner join skjemaer on forlop.forlops_id = skjemaer.forlops_id and forlop.forlopstype >= skjemaer.fra_type
    left join {{ source('snap', 'importert') }} as importert on forlop.forlops_id = importert.forlop_id
    where importert.forlop_id is null
    group by all
)

select distinct
    apnet.forlops_id,
    i_bruk.skjema,
from apnet
inner join i_bruk on apnet.fra_type >= i_bruk.fra_type and apnet.sist >= i_bruk.siden
left join skjemaer on apnet.forlops_id = skjemaer.forlops_id and i_bruk.skjema = skjemaer.skjema
where skjemaer.forlops_id is null
