"""The checks of data quality: a row each in kontroller.csv, and the SQL templates they are made with."""
