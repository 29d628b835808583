-- A few forms may be wrong. When more than one in a hundred of a form is, and more than ten, it is we who read them wrong.
with

dokumenter as (
    select
        skjema,
        count(*) as n,
    from {{ source('snap', 'skjemaversjon') }}
    group by skjema
),

tilside as (
    select
        skjema,
        count(distinct forlops_id) as n_tilside,
        mode(hva) as oftest,
    from {{ ref('stg_tilside') }}
    group by skjema
)

select
    tilside.skjema,
    tilside.n_tilside,
    tilside.oftest,
from tilside
inner join dokumenter on tilside.skjema = dokumenter.skjema
where tilside.n_tilside > greatest(10, dokumenter.n / 100)
