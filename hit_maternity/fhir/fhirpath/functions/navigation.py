"""Children, types, and the functions FHIR adds to FHIRPath. Source: https://hl7.org/fhir/R4/fhirpath.html#functions."""

from __future__ import annotations

from collections.abc import Callable

from hit_maternity.fhir.definitions.model import CORE
from hit_maternity.fhir.fhirpath.code import Code, Env, Scope, truth_code
from hit_maternity.fhir.fhirpath.errors import execution, semantic
from hit_maternity.fhir.fhirpath.functions.registry import BOOLEAN_RESULT, Compiling, Form, Plain
from hit_maternity.fhir.fhirpath.item import NOTHING, Item, boolean, computed, single, system, text
from hit_maternity.fhir.fhirpath.model import Model, holder
from hit_maternity.fhir.fhirpath.references import named_type, resolved
from hit_maternity.fhir.fhirpath.syntax import Call
from hit_maternity.fhir.fhirpath.types import acceptance, type_filter, type_name, type_test


def _children(env: Env, focus: list[Item]) -> list[Item]:
    found: list[Item] = []
    for item in focus:
        env.model.children(item, found)
    return found


def _descendants(env: Env, focus: list[Item]) -> list[Item]:
    """All below, each before its own children, in the order of the JSON."""
    found: list[Item] = []
    waiting = _children(env, focus)[::-1]
    while waiting:
        item = waiting.pop()
        found.append(item)
        below: list[Item] = []
        env.model.children(item, below)
        env.spend(1)
        waiting += below[::-1]
    return found


def _navigation(walk: Callable[[Env, list[Item]], list[Item]]) -> Form:
    def make(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
        before = left.run
        return Code(lambda this, env: walk(env, before(this, env)), None, unordered=True)

    return Form(make)


def _is(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    return type_test(left, type_name(call.arguments[0]), compiler.model, call.position)


def _of_type(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    return type_filter(left, type_name(call.arguments[0]), compiler.model, call.position)


def _resolve(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """What cannot be fetched but names its type becomes an empty resource of that type."""
    before = left.run

    def run(this: Item, env: Env) -> list[Item]:
        return [found for item in before(this, env) if (found := resolved(item, env)) is not None]

    return Code(run, None)


def resolves_to(left: Code, name: str, model: Model, position: int) -> Code:
    """``resolve() is Type`` decided by the reference's own text wherever that tells, so that nothing is fetched for it."""
    accepts = acceptance(name, False, model, position)
    before = None if left.is_this else left.run

    def decide(this: Item, env: Env) -> bool | None:
        item = single(before(this, env), "'is'") if before else this
        if item is None or item is NOTHING:
            return None
        told = named_type(item, env)
        if told is None:
            found = resolved(item, env)
            told = None if found is None else found.type
        return None if told is None else accepts(told)

    return truth_code(decide)


def _extension(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """``extension(url)``: also of primitives."""
    before, url_of, model = left.run, compiler.compile(call.arguments[0], scope).run, compiler.model
    if left.constant == []:
        return left

    def run(this: Item, env: Env) -> list[Item]:
        url = single(url_of(this, env), "extension()")
        wanted = None if url is None else text(url)
        if wanted is None:
            return []
        found: list[Item] = []
        for item in before(this, env):
            held = holder(item, model)
            listed = held.get("extension") if held else None
            if type(listed) is list:
                found += [Item(e, "Extension") for e in listed if type(e) is dict and e.get("url") == wanted]
        return found

    return Code(run, frozenset({"Extension"}))


def _has_extension(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    """Not FHIR's, but used by one of R4's own search parameters."""
    extensions = _extension(compiler, left, call, scope).run
    return truth_code(lambda this, env: bool(extensions(this, env)))


def _has_value(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    before = left.run

    def decide(this: Item, env: Env) -> bool:
        items = before(this, env)
        return len(items) == 1 and items[0].value is not None and type(items[0].value) not in (dict, list)

    return truth_code(decide)


def _get_value(env: Env, focus: list[Item]) -> list[Item]:
    if len(focus) != 1 or type(focus[0].value) in (dict, list, type(None)):
        return []
    return [computed(system(focus[0]))]


def _codings(focus: list[Item]) -> list[tuple[str | None, str]]:
    """``(system, code)`` of a code, Coding or CodeableConcept; system None for a plain code."""
    found: list[tuple[str | None, str]] = []
    for item in focus:
        value = item.value
        if type(value) is str:
            found.append((None, value))
        elif type(value) is dict:
            listed = value.get("coding") if item.type == "CodeableConcept" else [value]
            for coding in listed if type(listed) is list else ():
                if type(coding) is dict and type(coding.get("code")) is str:
                    stated = coding.get("system")
                    found.append((stated if type(stated) is str else "", coding["code"]))
    return found


def _member_of(env: Env, focus: list[Item], value_set: list[Item]) -> list[Item]:
    """Empty where the terminology can't tell."""
    item, named = single(focus, "memberOf()"), single(value_set, "memberOf()")
    url = None if named is None else text(named)
    terminology = env.context.terminology
    if item is None or url is None or terminology is None:
        return []
    answers = [terminology.contains(url, stated, code) for stated, code in _codings([item])]
    if any(answers):
        return [boolean(True)]
    return [] if None in answers else [boolean(False)]


def _subsumes(env: Env, focus: list[Item], other: list[Item]) -> list[Item]:
    terminology = env.context.terminology
    above, below = _codings(focus[:1]), _codings(other[:1])
    single(focus, "subsumes()"), single(other, "subsumes()")
    if terminology is None or not above or not below:
        return []
    verdicts: list[bool | None] = []
    for stated, code in above:
        for other_system, other_code in below:
            if stated == other_system and code == other_code:
                return [boolean(True)]
            covered = terminology.descendants(stated, code) if stated and stated == other_system else frozenset()
            verdicts.append(None if covered is None else other_code in covered)
    if True in verdicts:
        return [boolean(True)]
    return [] if None in verdicts else [boolean(False)]


def _subsumed_by(env: Env, focus: list[Item], other: list[Item]) -> list[Item]:
    return _subsumes(env, other, focus)


def _html_checks(env: Env, focus: list[Item]) -> list[Item]:
    check = env.context.narrative_ok
    div = single(focus, "htmlChecks()")
    return [] if check is None or div is None else [boolean(type(div.value) is str and check(div.value))]


def _conforms_to(env: Env, focus: list[Item], profile: list[Item]) -> list[Item]:
    """For the definitions of types themselves. Raises ``FhirPathError`` for profiles, which only a validator can judge."""
    item, named = single(focus, "conformsTo()"), single(profile, "conformsTo()")
    url = None if named is None else text(named)
    if item is None or url is None:
        return []
    name = url.removeprefix(CORE)
    if name != url and env.model.knows(name):
        return [boolean(env.model.is_a(item.type, name))]
    structure = env.model.definitions.find("StructureDefinition", url)
    if structure is None:
        raise execution("conformsTo() names a profile that is not known here")
    if not env.model.is_a(item.type, str(structure.get("type", ""))):
        return [boolean(False)]
    raise execution("conformsTo() can judge base types only; validate the resource against the profile instead")


def _check_modifiers(env: Env, focus: list[Item], *urls: list[Item]) -> list[Item]:
    """The input, unless it has modifier extensions of other URLs: then ``FhirPathError``."""
    allowed = {text(item) for found in urls for item in found}
    for item in focus:
        held = item.value if type(item.value) is dict else {}
        listed = held.get("modifierExtension")
        for extension in listed if type(listed) is list else ():
            url = extension.get("url") if type(extension) is dict else None
            if type(url) is not str or url not in allowed:
                raise execution("checkModifiers() found a modifier extension that isn't listed")
    return focus


def _type(env: Env, focus: list[Item]) -> list[Item]:
    return [Item(_class_info(item.type), "System.ClassInfo") for item in focus]


def _class_info(name: str) -> dict[str, str]:
    space, _, plain = name.partition(".")
    return {"namespace": "System", "name": plain} if space == "System" else {"namespace": "FHIR", "name": name}


def _needs_validator(compiler: Compiling, left: Code, call: Call, scope: Scope) -> Code:
    raise semantic(f"{call.name}() needs a profile's definition and is not available in expressions here", call.position)


FORMS: dict[str, Form] = {
    "children": _navigation(_children),
    "descendants": _navigation(_descendants),
    "is": Form(_is, 1, 1),
    "as": Form(_of_type, 1, 1),
    "ofType": Form(_of_type, 1, 1),
    "resolve": Form(_resolve),
    "extension": Form(_extension, 1, 1),
    "hasExtension": Form(_has_extension, 1, 1),
    "hasValue": Form(_has_value),
    "elementDefinition": Form(_needs_validator),
    "slice": Form(_needs_validator, 2, 2),
}

PLAIN: dict[str, Plain] = {
    "getValue": Plain(_get_value),
    "type": Plain(_type),
    "memberOf": Plain(_member_of, 1, 1, BOOLEAN_RESULT, pure=False),
    "subsumes": Plain(_subsumes, 1, 1, BOOLEAN_RESULT, pure=False),
    "subsumedBy": Plain(_subsumed_by, 1, 1, BOOLEAN_RESULT, pure=False),
    "htmlChecks": Plain(_html_checks, types=BOOLEAN_RESULT, pure=False),
    "conformsTo": Plain(_conforms_to, 1, 1, BOOLEAN_RESULT, pure=False),
    "checkModifiers": Plain(_check_modifiers, 0, 50, "same", pure=False),
}
