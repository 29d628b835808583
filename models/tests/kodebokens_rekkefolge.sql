-- The codebook has the questions in the extract's order. The extract is right in any case; this is a warning.
{{ config(severity='warn') }}

with

begge as (
    select
        kontrakt.kolonne,
        kontrakt.skjema,
        row_number() over (partition by kontrakt.skjema order by kontrakt.nr) as i_kontrakten,
        row_number() over (partition by kontrakt.skjema order by kodebok.rekkefolge) as i_kodeboken,
    from {{ ref('uttrekkskontrakt') }} as kontrakt
    inner join {{ source('snap', 'kodebok_variabel') }} as kodebok
        on kontrakt.kolonne = kodebok.navn and kontrakt.skjema = kodebok.skjema
    where kontrakt.uttrekk = 'allevarnum'
)

select *,
from begge
where i_kontrakten <> i_kodeboken
