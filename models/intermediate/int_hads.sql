-- The subscales anew from the items: at least four of seven answered, else empty; four to six are scaled up (Bell 2016).
-- «Vet ikke» (9), which the registry had in 2017, is no answer.
with

svar as (
    unpivot (
        select
            forlops_id,
            columns('^HADSSpm[0-9]+$')::integer,
        from {{ skjemasvar('hads') }}
    )
    on columns(* exclude (forlops_id))
    into name variabel value poeng
),

delskalaer as (
    select
        svar.forlops_id,
        ledd.delskala,
        sum(svar.poeng) filter (where svar.poeng between 0 and 3) as poeng,
        count(svar.poeng) filter (where svar.poeng between 0 and 3) as n_besvart,
    from svar
    inner join {{ ref('hads') }} as ledd on substr(svar.variabel, 8)::integer = ledd.ledd
    group by svar.forlops_id, ledd.delskala
),

skaarer as (
    select
        forlops_id,
        delskala,
        case when n_besvart >= 4 then (2 * 7 * poeng + n_besvart) // (2 * n_besvart) end::tinyint as skaare,
    from delskalaer
)

select
    forlops_id,
    max(skaare) filter (where delskala = 'angst') as hads_angst,
    max(skaare) filter (where delskala = 'depresjon') as hads_depresjon,
from skaarer
group by forlops_id
