{{ pakk_ut('b21') }}
