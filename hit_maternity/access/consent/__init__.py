"""Consent to the digital record: given, withdrawn, told by the national service; withdrawal erases."""
