"""Our own fields, tables and bars in the browser, each a script and the few lines of Python that speak with it. They draw
what they are given, and know no rules: what a patient's line or a form's bar shows is decided by who calls.
"""
