"""The command line: reads arguments, asks a service or the running app, and prints the answer. The work itself is done
by what pages use too.
"""
