{{ pakk_ut('b11') }}
