-- The stored subscales are those the items give.
select
    lagret.forlops_id,
    lagret."HADSScoreAngst" as lagret_angst,
    regnet.hads_angst as regnet_angst,
    lagret."HADSScoreDepresjon" as lagret_depresjon,
    regnet.hads_depresjon as regnet_depresjon,
from {{ skjemasvar('hads') }} as lagret
left join {{ ref('int_hads') }} as regnet on lagret.forlops_id = regnet.forlops_id
where
    lagret."HADSScoreAngst" is distinct from regnet.hads_angst
    or lagret."HADSScoreDepresjon" is distinct from regnet.hads_depresjon
