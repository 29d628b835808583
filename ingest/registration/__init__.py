"""Patients, forløp and forms: creating, saving and correcting them, numbers corrected and what coordinators ask to have
corrected, erasure, and news from the Folkeregister. The withdrawal of consent, which closes patient forms, is in prom.
"""
