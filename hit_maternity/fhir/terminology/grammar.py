"""Code systems that are a grammar rather than a list: languages, media types, units; and currencies and countries, lists ISO keeps.

Sources: RFC 5646 (BCP 47) section 2.1, RFC 2045 section 5.1 and RFC 6838 section 4.2 (BCP 13), UCUM, ISO 4217, ISO 3166;
https://hl7.org/fhir/R4/terminologies-systems.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from hit_maternity.fhir.terminology.countries import is_country

UCUM = "http://unitsofmeasure.org"
BCP_47 = "urn:ietf:bcp:47"
BCP_13 = "urn:ietf:bcp:13"
ISO_4217 = "urn:iso:std:iso:4217"
ISO_3166 = "urn:iso:std:iso:3166"

_LANGUAGE = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"  # language and extended language
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"  # script, region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"  # extensions, private use
    r"|x(?:-[a-z0-9]{1,8})+)",
    re.IGNORECASE,
)
_GRANDFATHERED_TAGS = """
    en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu sgn-be-fr sgn-be-nl sgn-ch-de
"""
_GRANDFATHERED = frozenset(_GRANDFATHERED_TAGS.split())
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&\-^_.+]{0,126}"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}(?:\s*;\s*{_NAME}=(?:[^\s\"(),/:;<=>?@\[\\\]]+|\"(?:[^\"\\\r\n]|\\.)*\"))*")
_FORMATS = frozenset({"xml", "json", "ttl"})
_CURRENCY_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
    CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GGP GHS GIP GMD GNF GTQ GYD HKD
    HNL HRK HTG HUF IDR ILS IMP INR IQD IRR ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TVD TWD TZS UAH UGX USD
    USN UYI UYU UYW UZS VED VEF VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR
    ZMW ZWG ZWL
"""
_CURRENCIES = frozenset(_CURRENCY_CODES.split())


def is_language(code: str) -> bool:
    """Whether ``code`` is a well-formed BCP 47 tag (its subtags are not looked up)."""
    return _LANGUAGE.fullmatch(code) is not None or code.lower() in _GRANDFATHERED


def is_media_type(code: str) -> bool:
    """Whether ``code`` is a well-formed media type, with parameters or without, or FHIR's own short name of a format
    (https://hl7.org/fhir/R4/http.html#mime-type)."""
    return code in _FORMATS or (len(code) <= 1000 and _MEDIA_TYPE.fullmatch(code) is not None)


def is_currency(code: str) -> bool:
    """Whether ``code`` is an alphabetic code of ISO 4217, in use or lately withdrawn."""
    return code in _CURRENCIES


def currencies() -> frozenset[str]:
    """The codes of ISO 4217."""
    return _CURRENCIES


@cache
def _ucum() -> Callable[[str], bool] | None:
    if find_spec("hit_maternity.fhir.ucum") is None:
        return None
    is_valid: Callable[[str], bool] = import_module("hit_maternity.fhir.ucum").is_valid
    return is_valid


def is_unit(code: str) -> bool | None:
    """Whether ``code`` is a UCUM expression; None where that can't be told."""
    judge = _ucum()
    return judge(code) if judge else None


#: system -> whether a code is of it (None: can't be told).
GRAMMARS: Mapping[str, Callable[[str], bool | None]] = {
    BCP_47: is_language,
    BCP_13: is_media_type,
    ISO_4217: is_currency,
    ISO_3166: is_country,
    UCUM: is_unit,
}
