"""The forms of a forløp on the screen, drawn from the codebook: sections, bar, questions before a save. The rules of
forms belong in checks.
"""
