"""One patient on the screen: found, registered, Personopplysninger, earlier forløp, erased. The forms of a forløp
are in forms.
"""
