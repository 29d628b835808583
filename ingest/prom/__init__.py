"""Patient forms by ePROM and on paper: orders, links, messages, and the jobs that keep the schedule."""
