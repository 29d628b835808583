"""Tables that other people made, csv or Excel, read as rows of texts: lists from EPJ, datadumps, the file of NCSP."""
