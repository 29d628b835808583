"""Patients, forløp and forms: created, saved, corrected, withdrawn, erased, and kept up to date with the
Folkeregister.
"""
