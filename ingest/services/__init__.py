"""Outside services behind small interfaces (Folkeregister, messages to users) with their stand-ins, and what scheduled
jobs share: how they hold the register, and how long they wait for a service.
"""
