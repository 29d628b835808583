"""One patient on the screen: search, registration, Personopplysninger, earlier forløp, erasure. The forms of a forløp
are in forms.
"""
