"""Patient forms by ePROM and on paper: orders, links, messages, the jobs that keep the schedule,
and the withdrawal of consent, which closes them.
"""
