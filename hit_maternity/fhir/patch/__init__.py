"""Changes to a resource: ``json_patch`` (RFC 6902) and ``fhirpath_patch``. Neither touches its input."""
