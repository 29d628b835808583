"""Outside services behind small interfaces (Folkeregister, messages to users), how long a job waits for them, and
their stand-ins.
"""
