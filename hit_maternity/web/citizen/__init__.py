"""The citizen's door beside FHIR: pages and a small API under ``/app``, for her access log and her consent.

The pages have no way in of their own: what they show they ask of ``/app/fhir``'s guard with her token, as any other client does.
"""

from hit_maternity.web.citizen.application import citizen_application
from hit_maternity.web.citizen.login import HttpChannel, Provider
from hit_maternity.web.citizen.model import Counter

__all__ = ["Counter", "HttpChannel", "Provider", "citizen_application"]
