"""Everything that leaves the register: snapshot → dbt → published files, datadump, deliveries, printouts."""
