{{ pakk_ut('opioid') }}
