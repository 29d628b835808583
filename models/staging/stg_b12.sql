{{ pakk_ut('b12') }}
