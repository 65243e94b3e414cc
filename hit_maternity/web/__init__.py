"""The service application: pages and the service API, beside FHIR."""
