"""The command line: reads arguments, asks a service or the running app, and says the answer. No work is done here
that a page could not do too.
"""
