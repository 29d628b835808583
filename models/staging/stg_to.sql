{{ pakk_ut('to') }}
