{{ pakk_ut('hads') }}
