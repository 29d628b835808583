"""Work that nobody waits for on a page: the clock, scheduled jobs, messages, and what commands ask of the running
app.
"""
