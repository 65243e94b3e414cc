"""The national record's JSON API (digitalt helsekort for gravide) as a view over the same FHIR record."""
