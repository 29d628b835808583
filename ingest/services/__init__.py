"""Outside services behind small interfaces (Folkeregister, messages to users), how long one waits for them, and
their stand-ins.
"""
