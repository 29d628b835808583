"""Handing out files and prints: Filarkiv, generated documents, printouts, and the text about the installation. Their
contents are made in exports.
"""
