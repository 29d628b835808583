-- What dekningsgrad counts: the forløp with startdato, and those that were deleted because the patient reserved themselves, who are
-- nobody's any more and count in the part of dekningsgrad that is about reservation.
select
    forlops_id,
    pasient_id,
    avd_resh,
    sykehus_navn,
    avdeling_id,
    lokasjon_id,
    startdato,
    inkl_krit_oppf,
    tilsynsanmodning,
    samtykke,
    samtykke_type,
    under_reservasjon,
    reservasjon,
    inklusjon_status,
    nasjonal,
from {{ ref('int_forlop') }}
where startdato is not null
union all by name
select
    -- No forløp has a negative number.
    (-row_number() over (order by telling.avd_resh, telling.maaned, telling.inkl_krit_oppf))::integer as forlops_id,
    telling.avd_resh,
    enhet.sykehus_navn,
    telling.maaned as startdato,
    telling.inkl_krit_oppf,
    true as under_reservasjon,
    1::tinyint as reservasjon,
    0::tinyint as inklusjon_status,
    false as nasjonal,
from {{ ref('stg_reservert_telling') }} as telling
inner join {{ ref('stg_enhet') }} as enhet on telling.avd_resh = enhet.avd_resh
cross join unnest(range(telling.n)) as hver (nr)
where telling.maaned is not null
