with

variabler as (
    select
        *,
        case
            -- A number without a list of its own: the names are in avdelingsoversikt.
            when type = 'liste' and lagres = 'int' then 'Tallvariabel'
            when type = 'liste' then 'Listevariabel'
            when type = 'tekst' then 'Tekstvariabel'
            when type = 'stor_tekst' then 'Stor tekstvariabel'
            when type = 'avkrysning' then 'Avkrysningsboks'
            when type = 'dato' then 'Datovariabel'
            when type = 'skjult' then 'Skjult variabel'
            when type = 'tall' then 'Tallvariabel'
            when type = 'status' then 'Statusvariabel'
        end as klokebok_type,
    from {{ source('snap', 'kodebok_variabel') }}
    where not identifiserende
),

koder as (
    select
        skjema,
        navn,
        verdi,
        tekst,
        rekkefolge,
        fra,
        til,
    from {{ source('snap', 'kodebok_kode') }}
)

select
    skjema.navn as skjemanavn,
    variabler.navn as navn_i_rapporteket,
    variabler.ledetekst,
    case when variabler.obligatorisk then 'Ja' else 'Nei' end as obligatorisk,
    variabler.klokebok_type as type,  -- noqa: RF04
    koder.verdi as listeverdier,
    koder.tekst as listetekst,
    case when variabler.type = 'tall' then variabler.mykt_fra end::decimal(14, 4) as normalintervall_start_numerisk,
    case when variabler.type = 'tall' then variabler.mykt_til end::decimal(14, 4) as normalintervall_slutt_numerisk,
    case when variabler.type = 'tall' then variabler.hardt_fra end::decimal(14, 4) as maksintervall_start_numerisk,
    case when variabler.type = 'tall' then variabler.hardt_til end::decimal(14, 4) as maksintervall_slutt_numerisk,
    null::date as normalintervall_start_dato,
    null::date as normalintervall_slutt_dato,
    null::date as maksintervall_start_dato,
    null::date as maksintervall_slutt_dato,
    null::integer as antall_tegn,
    null::varchar as lovlige_tegn,
    case when variabler.klokebok_type = 'Tallvariabel' then variabler.desimaler end as desimaler,
    case when variabler.aktiverer then 'Ja' else 'Nei' end as aktiveringsspoersmaal,
    case when variabler.betinget then 'Ja' else 'Nei' end as underspoersmaal,
    -- A code that came or went by itself has a date of its own.
    coalesce(koder.fra, variabler.fra) as innfoert_dato,
    coalesce(koder.til, variabler.til) as utfaset_dato,
    variabler.tabell,
    lower(variabler.fysisk) as fysisk_feltnavn,
    variabler.kommentar,
    lower(variabler.tabell || '.' || variabler.fysisk) as variabel_id,
    nullif(variabler.hjelp, '') as hjelpetekst,
from variabler
inner join {{ source('snap', 'kodebok_skjema') }} as skjema on variabler.skjema = skjema.skjema
-- A status variable has one row; readers know its three values: −1 opprettet, 0 lagret and 1 ferdigstilt.
left join koder
    on
        variabler.skjema = koder.skjema
        and variabler.navn = koder.navn
        and variabler.klokebok_type = 'Listevariabel'
order by
    skjema.arbeid,
    variabler.rekkefolge,
    koder.rekkefolge
