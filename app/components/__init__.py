"""Fields, tables and bars of our own in the browser, each a script and the few lines of Python that speak with it.
They know no patient and no form.
"""
