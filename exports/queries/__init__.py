"""«Spørring»: SQL that a statistiker writes, run on the published file that the role may see, in a process of its own.

`service` asks the access table, runs, and logs; `run` starts and bounds the process; `process` is the process; `words` says
in Norwegian what it refused; `dictionary` says what the tables and columns mean. What is weighed: docs/adr/026.
"""
