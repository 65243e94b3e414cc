"""FHIR packages (.tgz): read in memory, resolved against each other, checked whole before they count."""

from hit_maternity.fhir.packages.folder import Loaded, PackageFolder, Record
from hit_maternity.fhir.packages.package import Manifest, Package, read, read_file

__all__ = ["Loaded", "Manifest", "Package", "PackageFolder", "Record", "read", "read_file"]
