"""The forms of a forløp on the screen, drawn from the codebook: sections, bar, questions before a save. A rule of a
form belongs in checks.
"""
