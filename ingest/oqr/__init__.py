"""Import of earlier registrations in the OQR form: read whole, checked by the codebook, written in one transaction."""

from ingest.oqr.run import Outcome, import_package

__all__ = ["Outcome", "import_package"]
