"""What is handed out as a file or a print: Filarkiv, generated documents, printouts, and the text about the
installation. What is in them is made in exports.
"""
