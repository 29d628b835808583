"""Work outside the pages: the clock, scheduled jobs, messages, what commands ask the running app to do,
and what the app tells those who run it.
"""
