"""What the store is made of: the capture file's connection and what is wrong with it, one transaction, and the upgrade to
a newer program. Nothing here knows patients.
"""
