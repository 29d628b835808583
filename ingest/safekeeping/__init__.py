"""Keeping the register and getting it back: opening it with its journal, backups, restoring, and comparing the journal with
the file.
"""
