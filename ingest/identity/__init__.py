"""Two PasientID compared, merged into one patient, and taken apart again. Numbers and requests are in registration."""
