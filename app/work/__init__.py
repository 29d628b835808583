"""Work outside the pages: the clock, scheduled jobs, messages, and what commands ask the running app to do."""
