"""The journal: every committed transaction, sealed and synced before its commit, in files of its own that may lie on another
disk. Here is what it is made of; the store writes it, and safekeeping restores from it.
"""
