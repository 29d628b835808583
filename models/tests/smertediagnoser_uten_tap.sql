-- Every smertediagnose came unchanged through the unpacking.
select
    forlops_id,
    raa,
from {{ ref('stg_smertediagnoser') }}
where avvik
