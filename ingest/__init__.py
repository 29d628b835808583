"""Everything that writes to the register. Only what every service stands on is at the top: the store, access, the
log, the vault, settings, units.
"""
