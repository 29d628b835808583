with

variabler as (
    select
        *,
        case type
            when 'liste' then 'Listevariabel'
            when 'tekst' then 'Tekstvariabel'
            when 'stor_tekst' then 'Stor tekstvariabel'
            when 'avkrysning' then 'Avkrysningsboks'
            when 'dato' then 'Datovariabel'
            when 'skjult' then 'Skjult variabel'
            when 'tall' then 'Tallvariabel'
            when 'status' then 'Statusvariabel'
        end as klokebok_type,
    from {{ source('snap', 'kodebok_variabel') }}
),

koder as (
    select
        skjema,
        navn,
        verdi,
        tekst,
        rekkefolge,
    from {{ source('snap', 'kodebok_kode') }}
    union all
    -- En statusvariabel har de samme tre verdiene i alle skjemaer.
    select
        variabler.skjema,
        variabler.navn,
        tilstand.kode::varchar as verdi,
        tilstand.tekst,
        tilstand.kode as rekkefolge,
    from variabler
    cross join (values (-1, 'opprettet'), (0, 'lagret'), (1, 'ferdigstilt')) as tilstand (kode, tekst)
    where variabler.type = 'status'
)

select
    case variabler.skjema
        {%- for skjema, navn in var('skjema_navn').items() %}
        when '{{ skjema }}' then '{{ navn }}'
        {%- endfor %}
    end as skjemanavn,
    variabler.navn as navn_i_rapporteket,
    variabler.ledetekst,
    null::varchar as obligatorisk,
    variabler.klokebok_type as type,  -- noqa: RF04
    koder.verdi as listeverdier,
    koder.tekst as listetekst,
    null::decimal(14, 4) as normalintervall_start_numerisk,
    null::decimal(14, 4) as normalintervall_slutt_numerisk,
    null::decimal(14, 4) as maksintervall_start_numerisk,
    null::decimal(14, 4) as maksintervall_slutt_numerisk,
    null::date as normalintervall_start_dato,
    null::date as normalintervall_slutt_dato,
    null::date as maksintervall_start_dato,
    null::date as maksintervall_slutt_dato,
    null::integer as antall_tegn,
    null::varchar as lovlige_tegn,
    case
        when variabler.type = 'tall' then coalesce(nullif(regexp_extract(lower(variabler.lagres), ',\s*(\d+)\)', 1), ''), '0')::integer
    end as desimaler,
    null::varchar as aktiveringsspoersmaal,
    null::varchar as underspoersmaal,
    null::date as innfoert_dato,
    null::date as utfaset_dato,
    variabler.tabell,
    lower(variabler.fysisk) as fysisk_feltnavn,
    null::varchar as kommentar,
    null::varchar as variabel_id,
    null::varchar as hjelpetekst,
from variabler
left join koder on variabler.skjema = koder.skjema and variabler.navn = koder.navn
order by
    case variabler.skjema
        {%- for skjema in var('skjema_navn') %}
        when '{{ skjema }}' then {{ loop.index }}
        {%- endfor %}
    end,
    variabler.rekkefolge,
    koder.rekkefolge
