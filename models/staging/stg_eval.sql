{{ pakk_ut('eval') }}
