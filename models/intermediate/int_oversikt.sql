-- Each diagram of Lokal oversikt is a column with the forløp's code; empty when the diagram does not count the forløp.

with

smertekategori as (
    -- Two readings: the category of the hoveddiagnose, the first registered when there are several, and that of the first
    -- row. «Annet» has no hoveddiagnose and counts when it stands alone; other forløp without one have no category in the
    -- first reading.
    select
        "ForlopsID" as forlops_id,
        coalesce(
            arg_min("SmerteKat", "SmerteDiagID") filter (where "PAINMAINDIAG" = 1),
            case when min("SmerteKat") = 4 then 4 end
        )::tinyint as hoved,
        arg_min("SmerteKat", "SmerteDiagID")::tinyint as forste,
    from {{ ref('smertediagnosernum') }}
    group by "ForlopsID"
),

ferdige_skjemaer as (
    select
        forlops_id,
        {%- for skjema in pasientskjemaer() %}
        coalesce(bool_or(status = 1) filter (where skjema = '{{ skjema }}'), false) as {{ skjema }},
        {%- endfor %}
    from {{ ref('stg_skjema') }}
    group by forlops_id
),

eprom as (
    -- The newest order of a form holds; the form is sent when any of its orders is.
    select
        forlops_id,
        {%- for skjema in pasientskjemaer() %}
        arg_max(tilstand, bestilling_id) filter (where skjema = '{{ skjema }}') as {{ skjema }},
        coalesce(bool_or(sendt is not null) filter (where skjema = '{{ skjema }}'), false) as {{ skjema }}_sendt,
        {%- endfor %}
    from {{ ref('stg_bestilling') }}
    group by forlops_id
)

select
    forlop.forlops_id,
    forlop.startdato,
    {{ maaned('forlop.startdato') }} as maaned,
    forlop.avd_resh,
    forlop.avdeling_id,
    forlop.lokasjon_id,
    forlop.tilsett = 1 as er_tilsett,
    forlop.inkl_krit_oppf = 1 as er_i_nevneren,
    forlop.inklusjon_status = 1 as er_inkludert,
    forlop.komplett as er_komplett,
    coalesce(forlop.forlopstype, 0)::tinyint as forlopstype,
    coalesce(forlop.tilsett, 0)::tinyint as tilsyn,
    case
        -- A patient who was not seen is not asked: the fields are not shown. Nobody is asked in the edition with reservation.
        when coalesce(forlop.tilsett, 0) <> 1 or forlop.under_reservasjon then null
        when forlop.samtykke = 1 then 1
        when forlop.samtykke = 0 then 10 + coalesce(forlop.samtykke_type, 0)
        else 0
    end::tinyint as samtykke,
    greatest(-1, least(7, date_diff('day', forlop.henvist_dato, forlop.startdato)))::tinyint as ventetid,
    case when svar."AntPasTils" > 0 then forlop.henvist_dato = forlop.startdato end::tinyint as samme_dag,
    case
        when svar."AntPasTils" > 0 then
            (svar."AntTilsLege" is not null)::integer + (svar."AntTilsSykPleier" is not null)::integer
            + (svar."AntTilsPsyk" is not null)::integer + (svar."AntTilsFysioT" is not null)::integer
            + (svar."AntTilsSosio" is not null)::integer >= 2
    end::tinyint as faggrupper,
    smertekategori.hoved as smertekategori,
    smertekategori.forste as smertekategori_forste,
    {{ dosegruppe('svar."MoEkvivalens"', 'svar."MoEkvivalens22"') }} as omeq_forste,
    {{ dosegruppe('svar."MoEkvivalens22"', 'svar."MoEkvivalens"') }} as omeq_siste,
    case
        when svar."MoEkvivalens" <= 0 or svar."MoEkvivalens" is null then null
        when svar."MoEkvivalens22" * 2 <= svar."MoEkvivalens" then 1
        when svar."MoEkvivalens22" < svar."MoEkvivalens" then 2
        when svar."MoEkvivalens22" = svar."MoEkvivalens" then 3
        when svar."MoEkvivalens22" > svar."MoEkvivalens" then 4
    end::tinyint as opioidreduksjon,
    svar."SentralBlokk" as sentral_blokade,
    case when svar."SentralBlokk" = 1 then svar."Kompl1d" end as sentral_komplikasjon,
    svar."PeriferBlokk" as perifer_blokade,
    case when svar."PeriferBlokk" = 1 then svar."Kompl1e" end as perifer_komplikasjon,
    case when svar."VidereOppf" = 1 then svar."BehNedtrappAvsluttTils" end as nedtrapping,
    case
        when svar."VidereOppf" = 1 and svar."BehNedtrappAvsluttTils" = 1 then coalesce(svar."Journalnotat", 0)
    end::tinyint as nedtrappingsplan,
    {%- for skjema, (utfylt, grunn) in pasientskjemaer().items() %}
    case
        when coalesce(forlop.forlopstype, 0) <> 3 or coalesce(forlop.samtykke, 0) <> 1 then null
        when svar."{{ utfylt }}" = 0 then 20 + coalesce(svar."{{ grunn }}", 0)
        when ferdige_skjemaer.{{ skjema }} then 1
        else 0
    end::tinyint as svar_{{ skjema }},
    case
        when coalesce(forlop.forlopstype, 0) <> 3 or eprom.{{ skjema }} is null then null
        when eprom.{{ skjema }}_sendt then 1
        when eprom.{{ skjema }} = 'bestilt' then 2
        when eprom.{{ skjema }} = 'ikke_sendt' then 3
        else 4
    end::tinyint as eprom_{{ skjema }},
    case
        when coalesce(forlop.forlopstype, 0) <> 3 or not coalesce(eprom.{{ skjema }}_sendt, false) then null
        when svar."{{ utfylt }}" = 0 then 20 + coalesce(svar."{{ grunn }}", 0)
        when eprom.{{ skjema }} = 'besvart' then 1
        when ferdige_skjemaer.{{ skjema }} then 2
        when eprom.{{ skjema }} in ('sendt', 'bestilt') then 0
        else 3
    end::tinyint as eprom_svar_{{ skjema }},
    {%- endfor %}
    svar."HADSScoreAngst" as hads_angst,
    svar."HADSScoreDepresjon" as hads_depresjon,
    svar."EvalSpm3" as fornoyd,
    case
        when coalesce(forlop.tilsett, 0) <> 1 then null
        when date_diff('day', svar."SluttDato", svar."Ddato") <= 4 * 7 then 1
        when date_diff('day', svar."SluttDato", svar."Ddato") <= 12 * 7 then 2
        when date_diff('day', svar."SluttDato", svar."Ddato") <= 24 * 7 then 3
        when date_diff('day', svar."SluttDato", svar."Ddato") <= 52 * 7 then 4
        when svar."SluttDato" is not null and svar."Ddato" is not null then 5
    end::tinyint as tid_til_dod,
from {{ ref('int_forlop') }} as forlop
inner join {{ ref('allevarnum') }} as svar on forlop.forlops_id = svar."ForlopsID"
left join smertekategori on forlop.forlops_id = smertekategori.forlops_id
left join ferdige_skjemaer on forlop.forlops_id = ferdige_skjemaer.forlops_id
left join eprom on forlop.forlops_id = eprom.forlops_id
where forlop.startdato is not null
