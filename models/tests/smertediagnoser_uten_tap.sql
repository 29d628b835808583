-- Hver smertediagnose er kommet uendret gjennom utpakkingen.
select
    forlops_id,
    raa,
from {{ ref('stg_smertediagnoser') }}
where avvik
