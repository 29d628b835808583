-- Personopplysninger of each forløp: the patient's fields, and the consent that holds for the forløp.
select
    forlop.forlops_id,
    pasient.dato_innhentet as "DatoinhOppl",
    pasient.fodselsdato as "Fdato",
    pasient.kjonn as "Kjonn",
    case when forlop.under_reservasjon then pasient.reservasjon end as "Reservasjonsstatus",
    forlop.samtykke as "SkrSamtykke",
    forlop.samtykke_dato as "DatoinhSamt",
    forlop.samtykke_type as "ManglSamt",
    forlop.samtykke_trukket_dato as "DatoTrektSamt",
    pasient.avdod as "Avdod",
    pasient.dodsdato as "Ddato",
    pasient.adressetype as "Adrtype",
from {{ ref('int_forlop') }} as forlop
inner join {{ ref('stg_pasient') }} as pasient on forlop.pasient_id = pasient.pasient_id
