with

utgave as (
    -- The first startdato under the edition with reservation; empty when it is not in use.
    select min(fra) as reservasjon_fra,
    from {{ source('snap', 'kodebok_utgave') }}
    where navn = 'reservasjon'
),

svar as (
    select
        forlop.forlops_id,
        forlop.pasient_id,
        forlop.avd_resh,
        enhet.sykehus_navn,
        pasient.fodselsdato,
        pasient.reservasjon,
        coalesce(tillegg."StartdatoTO", forlop.startdato) as startdato,
        tillegg."HenvistDato" as henvist_dato,
        tillegg."Tilsynsanmodnin" as tilsynsanmodning,
        tillegg."TelefonCalling" as telefon,
        tillegg."Tilsett" as tilsett,
        tillegg."Norsktalende" as norsktalende,
        tillegg."KognSvekket" as kogn_svekket,
        tillegg."SkriftligSamtyk" as besvart_samtykke,
        tillegg."TypeManglSamt" as besvart_type,
        tillegg."DatoSamtykke" as samtykke_dato,
        tillegg."DatotrekSamt" as besvart_trukket_dato,
        forlop.trukket_dato,
        forlop.lokasjon_id,
        forlop.avdeling_id,
        forlop.opprettet,
        forlop.opprettet_av,
    from {{ ref('stg_forlop') }} as forlop
    inner join {{ ref('stg_pasient') }} as pasient on forlop.pasient_id = pasient.pasient_id
    left join {{ ref('stg_enhet') }} as enhet on forlop.avd_resh = enhet.avd_resh
    left join {{ ref('stg_svar') }} as tillegg on forlop.forlops_id = tillegg.forlops_id
),

alder as (
    -- Whole years at startdato. Who is born on 29 February has a birthday on 1 March in other years. A forløp without startdato is
    -- under the edition of those that will start (checks/reservasjon.py).
    select
        svar.*,
        coalesce(svar.startdato >= utgave.reservasjon_fra, utgave.reservasjon_fra is not null) as under_reservasjon,
        (
            date_part('year', svar.startdato) - date_part('year', svar.fodselsdato)
            - (strftime(svar.startdato, '%m%d') < strftime(svar.fodselsdato, '%m%d'))::integer
        )::smallint as alder,
    from svar
    cross join utgave
),

kriterier as (
    -- No as soon as one criterion is not met, empty as long as one is unanswered (`and` follows the logic of NULL).
    -- Code 9 (vet ikke) is a criterion that is not met in the edition with reservation; otherwise it comes with imported data
    -- only, and decides nothing.
    select
        *,
        (
            tilsett = 1
            and case when under_reservasjon then norsktalende else nullif(norsktalende, 9) end = 1
            and alder >= 18
            and case when under_reservasjon then kogn_svekket else nullif(kogn_svekket, 9) end = 0
        )::tinyint as inkl_krit_oppf,
        case
            when tilsett is null then null
            when tilsett <> 1 then 1
            when under_reservasjon and kogn_svekket = 9 then 2
            when norsktalende = 1 and alder >= 18 and coalesce(kogn_svekket, 0) <> 1 then 3
            else 2
        end::tinyint as forlopstype,
    from alder
),

samtykke as (
    -- A withdrawal goes before the consent that was answered (manual, «Tilbaketrekking av samtykke»).
    select
        * exclude (besvart_samtykke, besvart_type, besvart_trukket_dato),
        case when trukket_dato is not null then 0 else besvart_samtykke end::tinyint as samtykke,
        case when trukket_dato is not null then 5 else besvart_type end::tinyint as samtykke_type,
        coalesce(trukket_dato, besvart_trukket_dato) as samtykke_trukket_dato,
    from kriterier
),

skjemaer as (
    -- A form that the codebook has got since the forløp's type was decided has no row, and is no part of the forløp.
    select
        samtykke.forlops_id,
        count(*) as n_skjema,
        count(*) filter (where skjema.status = 1) as n_ferdigstilt,
        min(skjema.status) as laveste_status,
        max(skjema.status) as hoyeste_status,
    from samtykke
    inner join {{ ref('stg_skjema') }} as skjema on samtykke.forlops_id = skjema.forlops_id
    -- Before the type is known only the forms that every type has are open.
    inner join {{ source('snap', 'kodebok_skjema') }} as kodebok
        on skjema.skjema = kodebok.skjema and coalesce(samtykke.forlopstype, 1) >= kodebok.fra_type
    group by samtykke.forlops_id
),

status as (
    select
        samtykke.*,
        coalesce(skjemaer.n_ferdigstilt, 0) as n_ferdigstilt,
        coalesce(skjemaer.laveste_status, -1)::tinyint as laveste_status,
        coalesce(skjemaer.hoyeste_status, -1)::tinyint as hoyeste_status,
        coalesce(skjemaer.n_skjema, 0) as n_skjema,
        (
            samtykke.inkl_krit_oppf is not distinct from 1
            and case
                when samtykke.under_reservasjon then samtykke.reservasjon is not distinct from 0
                else samtykke.samtykke is not distinct from 1 and samtykke.tilsynsanmodning is not distinct from 1
            end
        )::tinyint as inklusjon_status,
    from samtykke
    left join skjemaer on samtykke.forlops_id = skjemaer.forlops_id
)

select
    *,
    forlopstype is not null and n_skjema > 0 and n_ferdigstilt = n_skjema as komplett,
    inklusjon_status = 1 and komplett as nasjonal,
from status
