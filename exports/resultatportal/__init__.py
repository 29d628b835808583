"""What is handed to the national results portal: the file of a year, and the page that says what is true of the year."""
