-- Hver kolonne uttrekket venter, har en variabel i kodeboken i det skjemaet kontrakten sier; ellers ville den vært tom uten grunn.
select
    kontrakt.kolonne,
    kontrakt.skjema,
from {{ ref('uttrekkskontrakt') }} as kontrakt
left join {{ source('snap', 'kodebok_variabel') }} as kodebok
    on kontrakt.kolonne = kodebok.navn and kontrakt.skjema = kodebok.skjema and kodebok.eksporteres
where kontrakt.uttrekk = 'allevarnum' and kontrakt.skjema <> '' and kodebok.navn is null
