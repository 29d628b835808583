"""The register described for data users: what is published, as HealthDCAT-AP and DCAT-AP-NO (docs/adr/028)."""
