"""Patients, forløp and forms: creating, saving and correcting them, withdrawal of consent, erasure, and news from the
Folkeregister.
"""
