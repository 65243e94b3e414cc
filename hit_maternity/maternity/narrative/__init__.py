"""The card in readable words: XHTML that any FHIR viewer shows.

Source: https://hl7.org/fhir/R4/narrative.html. What is not registered is never told as no, and a national id is never told.
"""
