"""Everything that writes to the register. At the top only what every service stands on: the store, access, the log,
the vault, settings, units.
"""
