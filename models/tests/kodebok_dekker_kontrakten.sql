-- Each column the extract expects has a variable in the codebook, in the contract's form; else it would be empty for no reason.
select
    kontrakt.kolonne,
    kontrakt.skjema,
from {{ ref('uttrekkskontrakt') }} as kontrakt
left join {{ source('snap', 'kodebok_variabel') }} as kodebok
    on kontrakt.kolonne = kodebok.navn and kontrakt.skjema = kodebok.skjema and kodebok.eksporteres
where kontrakt.uttrekk = 'allevarnum' and kontrakt.skjema <> '' and kodebok.navn is null
