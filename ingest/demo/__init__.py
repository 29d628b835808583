"""The demo register: synthetic patients in every state, made by chance from one seed."""

from ingest.demo.register import make

__all__ = ["make"]
