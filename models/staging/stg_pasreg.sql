{{ pakk_ut('pasreg') }}
