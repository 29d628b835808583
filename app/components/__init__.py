"""Our own fields, tables and bars in the browser, each a script and the few lines of Python that speak with it. They
know nothing of patients or of the codebook.
"""
