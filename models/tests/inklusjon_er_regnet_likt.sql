-- The stored age, inclusion criteria and forløpstype are those the answers give.
select
    regnet.forlops_id,
    tillegg.alder as lagret_alder,
    regnet.alder as regnet_alder,
    tillegg."InklKritOppf" as lagret_inkl_krit,
    forlop.inkl_krit as lagret_inkl_krit_i_hodet,
    regnet.inkl_krit_oppf as regnet_inkl_krit,
    forlop.forlopstype as lagret_forlopstype,
    regnet.forlopstype as regnet_forlopstype,
from {{ ref('int_forlop') }} as regnet
inner join {{ ref('stg_svar') }} as tillegg on regnet.forlops_id = tillegg.forlops_id and tillegg.to_har_dokument
inner join {{ ref('stg_forlop') }} as forlop on regnet.forlops_id = forlop.forlops_id
where
    -- A «vet ikke» that was stored before the register took the edition with reservation into use decided nothing then.
    not (regnet.under_reservasjon and (regnet.norsktalende = 9 or regnet.kogn_svekket = 9) is true)
    and (
        tillegg.alder is distinct from regnet.alder
        or tillegg."InklKritOppf" is distinct from regnet.inkl_krit_oppf
        or forlop.inkl_krit is distinct from regnet.inkl_krit_oppf
        or forlop.forlopstype is distinct from regnet.forlopstype
    )
