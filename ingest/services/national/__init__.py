"""The national services over HTTP: how a question is put, how we say who we are (HelseID, Maskinporten), and what each answers.

What the contracts say, and what they leave open, stands in docs/tjenester.md.
"""
