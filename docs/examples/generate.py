#!/usr/bin/env python3
"""Makes the examples in other languages of flow.toml: `python docs/examples/generate.py`; `--check` only tells whether they are as they
should be. A template holds what a language needs for tokens, proofs and calls; the calls themselves are the description's."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FORM = "application/x-www-form-urlencoded"

Call = Mapping[str, Any]


def typescript(call: Call) -> list[str]:
    arguments = [quoted(call["method"]), quoted(call["path"])]
    if (body := call.get("form") or call.get("body")) is not None:
        text = body.strip().replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
        arguments += [f"`{text}`", quoted(call["type"])]
        arguments += [quoted(call["if_match"])] if "if_match" in call else []
    kept = [f"kept.{name} = pick(answer, {quoted(path)});" for name, path in call.get("keep", {}).items()]
    return [f"answer = await call({', '.join(arguments)});", *kept]


def java(call: Call) -> list[str]:
    lines = literal(call, '"""\n{}"""', lambda text: text.replace("\\", "\\\\"), "null")
    return [f"answer = call({lines});", *(f"kept.put({quoted(n)}, pick(answer, {quoted(p)}));" for n, p in call.get("keep", {}).items())]


def dotnet(call: Call) -> list[str]:
    lines = literal(call, '"""\n{}\n"""', lambda text: text, "null")
    kept = [f"kept[{quoted(name)}] = Pick(answer, {quoted(path)});" for name, path in call.get("keep", {}).items()]
    return [f"answer = await Call({lines});", *kept]


def literal(call: Call, block: str, escaped: Callable[[str], str], none: str) -> str:
    """The arguments of a call whose body is a raw text in its own lines."""
    body = call.get("form") or call.get("body")
    text = none if body is None else quoted(body) if "form" in call else block.format(escaped(body.strip()))
    last = quoted(call["if_match"]) if "if_match" in call else none
    kind = none if body is None else quoted(call["type"])
    return ", ".join((quoted(call["method"]), quoted(call["path"]), text, kind, last))


def quoted(text: str) -> str:
    """A text between double quotes, which all three languages read as JSON writes it."""
    return json.dumps(text, ensure_ascii=False)


#: Language -> its template, the name of its files, how it writes a call, how deep calls are indented, and its comment.
LANGUAGES: Mapping[str, tuple[str, str, Callable[[Call], list[str]], str]] = {
    "TypeScript": ("typescript.mts", "visit-{}.mts", typescript, ""),
    "Java": ("java.java", "Visit{}.java", java, "        "),
    ".NET": ("dotnet.cs", "Visit{}.cs", dotnet, ""),
}


def made(language: str, flow: Mapping[str, Any], door: Mapping[str, Any]) -> tuple[str, str]:
    """The name and the text of one example."""
    template, name, written, indent = LANGUAGES[language]
    lines: list[str] = []
    for number, call in enumerate(door["call"], 1):
        kind = FORM if "form" in call else call.get("content_type", door["content_type"])
        lines += ["", f"// {number}. {call['words']}", *written({**call, "type": kind}), f"show({number}, answer);"]
    if language == ".NET":
        lines = [line.replace("show(", "Show(", 1) if line.startswith("show(") else line for line in lines]
    calls = "\n".join(f"{indent}{line}".rstrip() for line in "\n".join(lines).strip().split("\n"))
    key = door["key"] if language == "TypeScript" else str(door["key"]).capitalize()
    values = {
        **flow["given"],
        **{it: door[it] for it in ("title", "base")},
        "file": name.format(key),
        "name": f"Visit{key}",
        "calls": calls,
    }
    text = (HERE / "templates" / template).read_text(encoding="utf-8")
    for mark, value in values.items():
        text = text.replace(f"@@{mark}@@", value)
    return name.format(key), text


def main() -> int:
    flow = tomllib.loads((HERE / "flow.toml").read_text(encoding="utf-8"))
    wanted = dict(made(language, flow, door) for language in LANGUAGES for door in flow["door"])
    folder = HERE / "generated"
    if "--check" in sys.argv[1:]:
        there = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
        wrong = sorted(name for name in {*there, *wanted} if there.get(name) != wanted.get(name))
        print(f"Not what flow.toml gives: {', '.join(wrong)}. Run docs/examples/generate.py." if wrong else "All as flow.toml gives them.")
        return 1 if wrong else 0
    folder.mkdir(exist_ok=True)
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(wanted)} examples written to {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
