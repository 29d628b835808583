-- What the app's lists read from the forløp's head is what Tilleggsopplysninger says.
select
    forlop.forlops_id,
    forlop.startdato as startdato_i_hodet,
    tillegg."StartdatoTO",
    forlop.tilsett as tilsett_i_hodet,
    tillegg."Tilsett",
    forlop.samtykke as samtykke_i_hodet,
    tillegg."SkriftligSamtyk",
    forlop.trukket_dato,
from {{ ref('stg_forlop') }} as forlop
inner join {{ ref('stg_svar') }} as tillegg on forlop.forlops_id = tillegg.forlops_id and tillegg.to_har_dokument
where
    forlop.startdato is distinct from tillegg."StartdatoTO"
    or forlop.tilsett is distinct from tillegg."Tilsett"
    -- After a withdrawal the document may keep the answer; the head says what holds.
    or (forlop.trukket_dato is null and forlop.samtykke is distinct from tillegg."SkriftligSamtyk")
