{{ pakk_ut('b22') }}
