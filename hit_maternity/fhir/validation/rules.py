"""The validator's rules: id, issue code, severity, and the words that say what is wrong and how to mend it.

Words name elements, types, codes and systems, never a value that could be a person's. Codes: the required value set
http://hl7.org/fhir/ValueSet/issue-type. The same words in Norwegian are in ``rules_nb``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hit_maternity.fhir.outcome import ERROR, INFORMATION, WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """``code``: issue type. ``text``: a template for ``str.format``, filled with what the place of the fault knows."""

    code: str
    severity: str
    text: str


#: The shape of the JSON, https://hl7.org/fhir/R4/json.html.
_STRUCTURE = {
    "structure-not-object": Rule("structure", ERROR, "A resource must be a JSON object, not {found}."),
    "structure-resource-type-missing": Rule("structure", ERROR, "A resource must say its type in resourceType."),
    "structure-resource-type-unknown": Rule("structure", ERROR, "{type} is not a resource type of FHIR R4.{hint}"),
    "structure-resource-type-expected": Rule("structure", ERROR, "A resource of type {expected} is expected here, not {type}."),
    "structure-resource-type-misplaced": Rule("structure", ERROR, "{type} is a data type: remove resourceType."),
    "structure-unknown-element": Rule("structure", ERROR, "{type} has no element {element}.{hint}"),
    "structure-cardinality": Rule("required", ERROR, "{type} must have {element} (at least {min})."),
    "structure-cardinality-max": Rule("structure", ERROR, "{element} may occur at most {max} time(s), not {count}."),
    "structure-array-expected": Rule("structure", ERROR, "{element} repeats: write it as a JSON array."),
    "structure-array-unexpected": Rule("structure", ERROR, "{element} does not repeat: write it without the JSON array."),
    "structure-array-empty": Rule("structure", ERROR, "{element} is an empty array: leave it out or fill it."),
    "structure-object-empty": Rule("structure", ERROR, "{element} is empty: an element has a value or children."),
    "structure-null": Rule(
        "structure", ERROR, "{element} is null: leave it out. null only pads an array of primitives that has a _{element} beside it."
    ),
    "structure-json-type": Rule("structure", ERROR, "{element} must be {expected} in JSON, not {found}."),
    "structure-choice": Rule("structure", ERROR, "{element}[x] may be given once: {keys} are given together. Keep one."),
    "structure-companion": Rule(
        "structure", ERROR, "_{element} carries id and extension of {element}: an object, or an array of as many items as {element} has."
    ),
    "structure-too-many-faults": Rule("too-costly", ERROR, "More than {limit} faults: the rest is not told. Mend these first."),
    "structure-too-deep": Rule("too-long", ERROR, "The resource nests more than {limit} levels deep."),
}


def _primitive(name: str, words: str) -> tuple[str, Rule]:
    return f"primitive-{name}", Rule("value", ERROR, f"{{element}} is not a valid {name}: {words}.")


#: https://hl7.org/fhir/R4/datatypes.html#primitive.
_PRIMITIVES = dict(
    (
        _primitive("boolean", "write true or false, without quotes"),
        _primitive("integer", "a whole number from -2147483648 to 2147483647"),
        _primitive("unsignedInt", "a whole number from 0 to 2147483647"),
        _primitive("positiveInt", "a whole number from 1 to 2147483647"),
        _primitive("decimal", "a JSON number of at most 1000 digits and an exponent within 999"),
        _primitive("string", "text that is not blank, of at most 1048576 characters, without control characters other than tab, CR and LF"),
        _primitive(
            "markdown", "text that is not blank, of at most 1048576 characters, without control characters other than tab, CR and LF"
        ),
        _primitive("code", "no space at either end, and single spaces only within"),
        _primitive("id", "1 to 64 of the characters A-Z a-z 0-9 - ."),
        _primitive("element-id", "1 to 1048576 characters without white space"),
        _primitive("uri", "a URI without white space; urn:uuid: and urn:oid: must be well-formed"),
        _primitive("url", "a URL without white space"),
        _primitive("canonical", "a URL without white space, perhaps with |version"),
        _primitive("oid", "urn:oid: and numbers separated by dots"),
        _primitive("uuid", "urn:uuid: and a UUID in lower case"),
        _primitive("base64Binary", "base64 with padding (A-Z a-z 0-9 + / =)"),
        _primitive("date", "YYYY, YYYY-MM or YYYY-MM-DD, a day that the calendar has"),
        _primitive("dateTime", "a date, or YYYY-MM-DDThh:mm:ss with Z or an offset such as +01:00"),
        _primitive("instant", "YYYY-MM-DDThh:mm:ss with Z or an offset such as +01:00"),
        _primitive("time", "hh:mm:ss, without an offset"),
        _primitive("xhtml", "a div in the namespace http://www.w3.org/1999/xhtml"),
    )
)

#: https://hl7.org/fhir/R4/references.html.
_REFERENCES = {
    "reference-target": Rule("value", ERROR, "{element} may name {allowed}, not {type}."),
    "reference-type-unknown": Rule("value", ERROR, "{element} names the resource type {type}, which FHIR R4 does not have.{hint}"),
    "reference-type-mismatch": Rule("value", ERROR, "Reference.type says {stated}, but the reference names {type}."),
    "reference-format": Rule(
        "value",
        ERROR,
        ("A relative reference is written Type/id (or Type/id/_history/version); otherwise give an absolute URL, a urn:uuid or #id."),
    ),
    "reference-id": Rule("value", ERROR, "The id in the reference is not a valid id: 1 to 64 of the characters A-Z a-z 0-9 - ."),
    "reference-conditional": Rule("value", ERROR, "A conditional reference (Type?search) is only allowed in a transaction Bundle."),
    "reference-contained-missing": Rule("not-found", ERROR, "Nothing contained in this resource has the id this reference names (ref-1)."),
}

#: https://hl7.org/fhir/R4/references.html#contained.
_CONTAINED = {
    "inv:dom-2": Rule("invariant", ERROR, "A contained resource must not contain others: move them to the outer resource (dom-2)."),
    "contained-id": Rule("required", ERROR, "A contained resource must have an id, so that it can be referenced."),
    "inv:dom-3": Rule("invariant", ERROR, "Nothing refers to this contained resource, nor does it refer to the one around it (dom-3)."),
    "inv:dom-4": Rule("invariant", ERROR, "A contained resource must not have meta.versionId or meta.lastUpdated (dom-4)."),
    "inv:dom-5": Rule("invariant", ERROR, "A contained resource must not have meta.security: label the outer one (dom-5)."),
    "contained-id-duplicate": Rule("duplicate", ERROR, "Two contained resources have the same id."),
}

#: https://hl7.org/fhir/R4/bundle.html.
_BUNDLES = {
    "bundle-search-id": Rule("required", ERROR, "A resource in a searchset must have an id."),
    "bundle-full-url-absolute": Rule("value", ERROR, "fullUrl must be an absolute URI: http(s)://..., urn:uuid:... or urn:oid:..."),
    "bundle-full-url-id": Rule("value", ERROR, "fullUrl names {stated}, but the resource is {actual}: type and id must agree."),
    "bundle-full-url-missing": Rule(
        "required", ERROR, "In a {type} every entry with a resource needs a fullUrl, so that references can be resolved."
    ),
    "bundle-reference-unresolved": Rule(
        "not-found", ERROR, "A {type} carries what it refers to: no entry's fullUrl matches this reference."
    ),
    "bundle-reference-ambiguous": Rule("multiple-matches", ERROR, "More than one entry has the fullUrl this reference names."),
    "bundle-entry-unreachable": Rule(
        "value", ERROR, "No chain of references joins this entry to the first one of this {type}: refer to it, or leave it out."
    ),
    "bundle-link-page": Rule("value", ERROR, "Only a searchset or history has pages: remove the link {relation}."),
    "bundle-link-duplicate": Rule("value", ERROR, "A Bundle has at most one link {relation}: keep one."),
    "bundle-search-resource": Rule("required", ERROR, "An entry of a searchset must have a resource."),
    "bundle-search-type": Rule(
        "value", ERROR, "The search was for {allowed}: a resource of type {type} can be included (search.mode include), not a match."
    ),
    "bundle-search-mode": Rule("value", ERROR, "search.mode {mode} does not fit a resource of type {type} here."),
}

#: https://hl7.org/fhir/R4/terminologies.html.
_BINDINGS = {
    "binding-required": Rule(
        "code-invalid", ERROR, "{code} is not in the value set {value_set} that {element} is bound to (required).{hint}"
    ),
    "binding-required-missing": Rule(
        "code-invalid", ERROR, "{element} must have a code from the value set {value_set} (required binding)."
    ),
    "binding-extensible": Rule(
        "code-invalid", WARNING, "{code} is not in the value set {value_set}: use a code of it where one fits (extensible binding)."
    ),
    "coding-code-unknown": Rule("code-invalid", WARNING, "The code system {system} has no code {code}."),
    "coding-code-not-loaded": Rule(
        "code-invalid", INFORMATION, "{code} is not in the part of the code system {system} that is loaded here: not checked."
    ),
    "code-system-unknown": Rule(
        "not-found", WARNING, "The code system {system} is not known here, so its codes are not checked: check its address, or load it."
    ),
    "code-system-not-loaded": Rule(
        "not-found", INFORMATION, "The code system {system} is not loaded here: what is coded by it is not checked."
    ),
    "binding-preferred": Rule(
        "code-invalid", INFORMATION, "{code} is not in the value set {value_set}: prefer a code of it (preferred binding)."
    ),
    "coding-display": Rule("code-invalid", WARNING, "The display of {code} differs from what {system} calls it: {expected}."),
    "coding-system-value-set": Rule("code-invalid", ERROR, "Coding.system names a value set; give the code system's URL."),
    "coding-system-absolute": Rule("code-invalid", ERROR, "Coding.system must be an absolute URI."),
}

#: https://hl7.org/fhir/R4/datatypes.html.
_DATA_TYPES = {
    "attachment-size": Rule("value", ERROR, "Attachment.size is not the number of bytes of its data."),
    "identifier-system-absolute": Rule("value", ERROR, "Identifier.system must be an absolute URI."),
    "identifier-value-uri": Rule("value", WARNING, "An identifier of the system urn:ietf:rfc:3986 should be an absolute URI."),
    "canonical-absolute": Rule("value", WARNING, "{element} is a canonical: it should be an absolute URL, or #id of what is contained."),
}

#: https://hl7.org/fhir/R4/narrative.html.
_NARRATIVE = {
    "narrative-malformed": Rule("structure", ERROR, "The narrative is not well-formed XHTML ({reason})."),
    "narrative-root": Rule("structure", ERROR, 'The narrative must be one <div xmlns="http://www.w3.org/1999/xhtml">.'),
    "narrative-doctype": Rule("structure", ERROR, "The narrative must not have a DOCTYPE, entity declaration or processing instruction."),
    "narrative-element": Rule(
        "structure", ERROR, "The narrative must not use the element {tag}: only the basic formatting elements of XHTML."
    ),
    "narrative-attribute": Rule("structure", ERROR, "The narrative must not use the attribute {attribute} on {tag}."),
    "narrative-link": Rule("security", ERROR, "The narrative must not have active or external content in {attribute} of {tag}."),
    "narrative-empty": Rule("structure", ERROR, "The narrative must have text or an image in it."),
}

#: https://hl7.org/fhir/R4/extensibility.html.
_EXTENSIONS = {
    "extension-url": Rule("value", ERROR, "Extension.url must be an absolute URI that names its definition."),
    "extension-url-version": Rule("value", ERROR, "Extension.url must not carry a |version."),
    "extension-unknown": Rule("informational", INFORMATION, "The extension {url} is not known here: stored, not checked."),
    "extension-undefined": Rule("extension", WARNING, "FHIR R4 defines no extension {url}: stored, not checked."),
    "extension-modifier-unknown": Rule(
        "extension", WARNING, "The modifier extension {url} is not known here, so its meaning can't be taken into account."
    ),
    "extension-modifier": Rule("extension", ERROR, "{url} is a modifier extension: write it under modifierExtension."),
    "extension-not-modifier": Rule("extension", ERROR, "{url} is not a modifier extension: write it under extension."),
    "extension-context-resource": Rule("extension", WARNING, "The extension {url} is meant for {allowed}, not for {element}."),
    "extension-context-invariant": Rule("extension", ERROR, "The extension {url} may be used only where this holds: {expression}"),
    "extension-context": Rule("extension", ERROR, "The extension {url} may be used on {allowed}, not on {element}."),
}

#: https://hl7.org/fhir/R4/profiling.html.
_PROFILES = {
    "profile-unknown": Rule("not-found", WARNING, "The profile {profile} is not loaded here: not checked against it."),
    "profile-version": Rule(
        "not-found", WARNING, "The profile {profile} is loaded here in version {version} only: not checked against the one asked for."
    ),
    "profile-cardinality": Rule("required", ERROR, "The profile {profile} wants {element} at least {min} time(s); there are {count}."),
    "profile-cardinality-max": Rule("structure", ERROR, "The profile {profile} allows {element} at most {max} time(s); there are {count}."),
    "profile-type": Rule("structure", ERROR, "The profile {profile} allows {element} as {allowed}, not {type}."),
    "profile-fixed": Rule("value", ERROR, "The profile {profile} fixes the value of {element}.{hint}"),
    "profile-pattern": Rule("value", ERROR, "{element} does not have what the profile {profile} requires in it.{hint}"),
    "profile-range": Rule("value", ERROR, "{element} is outside what the profile {profile} allows: {limit}."),
    "profile-length": Rule("too-long", ERROR, "{element} may have at most {max} characters by the profile {profile}."),
    "profile-slice-closed": Rule("structure", ERROR, "{element} matches no slice of the profile {profile}, which allows no others here."),
    "profile-slice-order": Rule("structure", ERROR, "{element} is out of the order that the profile {profile} gives its slices."),
    "profile-target": Rule("value", ERROR, "The profile {profile} lets {element} name {allowed}, not {type}."),
    "profile-target-profile": Rule("value", ERROR, "What {element} names does not meet {allowed}, as the profile {profile} asks."),
    "profile-required": Rule(
        "business-rule", ERROR, "This server takes {type} only with one of these profiles in meta.profile: {profiles}."
    ),
    "profile-base": Rule("structure", ERROR, "The profile {profile} is for {expected}, not {type}."),
    "profile-unusable": Rule(
        "not-supported", WARNING, "The profile {profile} derives from what is not loaded here: not checked against it."
    ),
}

#: https://hl7.org/fhir/R4/questionnaireresponse.html.
_ANSWERS = {
    "answer-questionnaire-unknown": Rule(
        "not-found", INFORMATION, "The questionnaire {questionnaire} is not at hand: its answers are not checked."
    ),
    "answer-link-unknown": Rule("value", ERROR, "The questionnaire has no item {link} here.{hint}"),
    "answer-order": Rule("structure", ERROR, "The item {link} is out of the order of the questionnaire: move it to its place."),
    "answer-disabled": Rule("business-rule", ERROR, "The item {link} is not to be answered, by the answers to other items: leave it out."),
    "answer-required": Rule("required", ERROR, "The item {link} must be answered before the response is completed."),
    "answer-repeats": Rule("structure", ERROR, "The item {link} may be given once."),
    "answer-item-repeats": Rule("structure", ERROR, "The item {link} is given more than once: put all its answers into one item."),
    "answer-unexpected": Rule("structure", ERROR, "The item {link} is of type {type}: it has no answer."),
    "answer-nesting": Rule("structure", ERROR, "What belongs to the question {link} stands under its answer: answer.item, not item."),
    "answer-type": Rule("value", ERROR, "The answer to {link} is given as {allowed}, not as {found}."),
    "answer-option": Rule(
        "code-invalid", ERROR, "The answer to {link} is none of those that the questionnaire offers: choose one of them."
    ),
    "answer-length": Rule("too-long", ERROR, "The answer to {link} may have at most {max} characters."),
}

#: https://hl7.org/fhir/R4/conformance-rules.html#constraints.
_INVARIANTS = {
    "invariant": Rule("invariant", ERROR, "{key}: {human}"),
    "invariant-unevaluated": Rule("exception", WARNING, "The rule {key} could not be evaluated here."),
}

RULES: Mapping[str, Rule] = {
    **_STRUCTURE,
    **_PRIMITIVES,
    **_REFERENCES,
    **_CONTAINED,
    **_BUNDLES,
    **_BINDINGS,
    **_DATA_TYPES,
    **_NARRATIVE,
    **_EXTENSIONS,
    **_PROFILES,
    **_ANSWERS,
    **_INVARIANTS,
}

#: How JSON's types are called in words.
JSON_TYPES: Mapping[str, str] = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
