{%- set beskrevet = beskrevne_kolonner() -%}

with

koder as (
    select
        skjema,
        navn,
        string_agg(verdi || ' ' || tekst, '; ' order by rekkefolge) as koder,
        string_agg(verdi, ', ' order by rekkefolge) filter (where ukjent) as vet_ikke,
    from {{ source('snap', 'kodebok_kode') }}
    group by all
),

variabler as (
    -- A repeated block has tables of its own, one with codes and one with texts.
    select
        unnest(case
            when variabel.gjentatt is null then ['allevarnum', 'allevar']
            else ['smertediagnosernum', 'smertediagnoser']
        end) as tabell,
        variabel.navn as kolonne,
        skjema.navn as skjema,
        variabel.merkelapp,
        variabel.kommentar,
        case variabel.type
            when 'avkrysning' then '0 Nei; 1 Ja'
            when 'status' then '-1 Opprettet; 0 Lagret; 1 Ferdigstilt'
            else koder.koder
        end as koder,
        koder.vet_ikke,
        variabel.fra as innfoert,
        variabel.til as utfaset,
    from {{ source('snap', 'kodebok_variabel') }} as variabel
    inner join {{ source('snap', 'kodebok_skjema') }} as skjema on variabel.skjema = skjema.skjema
    left join koder on variabel.skjema = koder.skjema and variabel.navn = koder.navn
    where variabel.eksporteres
),

uttrekk as (
    -- Columns of the registry's extract that the codebook has not got.
    select
        unnest(['allevarnum', 'allevar']) as tabell,
        kolonne,
    from {{ ref('uttrekkskontrakt') }}
    where uttrekk = 'allevarnum'
),

beskrevet (tabell, kolonne, beskrivelse) as (
    values
    {%- for tabell, kolonne, tekst in beskrevet %}
    ('{{ tabell }}', '{{ kolonne }}', '{{ tekst | replace("'", "''") }}'){{ "," if not loop.last }}
    {%- else %}
    ('', '', '')
    {%- endfor %}
),

diagnosekoder (kolonne, koder) as (
    values
    {%- for kolonne, tekst in smertediagnosekoder() %}
    ('{{ kolonne }}', '{{ tekst | replace("'", "''") }}'){{ "," if not loop.last }}
    {%- endfor %}
),

alle as (
    select
        tabell,
        kolonne,
    from variabler
    union
    select
        tabell,
        kolonne,
    from uttrekk
    union
    select
        tabell,
        kolonne,
    from beskrevet
    union
    -- allevar has the same keys as allevarnum.
    select
        'allevar' as tabell,
        kolonne,
    from beskrevet
    where tabell = 'allevarnum'
)

select
    alle.tabell,
    alle.kolonne,
    variabler.skjema,
    coalesce(variabler.merkelapp, alle.kolonne) as merkelapp,
    coalesce(
        beskrevet.beskrivelse,
        noekkel.beskrivelse,
        nullif(concat_ws('. ', rtrim(variabler.merkelapp, '.?: '), variabler.kommentar), ''),
        'Kolonnen står i registerets uttrekk, men ikke i kodeboken. Alltid tom.'
    ) as beskrivelse,
    coalesce(variabler.koder, diagnosekoder.koder) as koder,
    variabler.vet_ikke,
    variabler.innfoert,
    variabler.utfaset,
from alle
left join variabler on alle.tabell = variabler.tabell and alle.kolonne = variabler.kolonne
left join beskrevet on alle.tabell = beskrevet.tabell and alle.kolonne = beskrevet.kolonne
left join diagnosekoder on alle.tabell = 'smertediagnosernum' and alle.kolonne = diagnosekoder.kolonne
left join beskrevet as noekkel
    on alle.tabell = 'allevar' and noekkel.tabell = 'allevarnum' and alle.kolonne = noekkel.kolonne
