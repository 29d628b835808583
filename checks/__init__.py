"""What a correct registration is, stated for plain values: the codebook, code lists, rules, calculations, and the sentences
of errors. Nothing here knows the database, the clock or the screen, and nothing is written.
"""
