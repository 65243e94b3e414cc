"""A folder of packages with a record beside them: what was added, when, with which hash, and that it was checked.

The record, ``packages.lock.json``, is written whole or not at all. A package that changed since it was added is refused. One that lies
there without having been added is loaded too, after a check at each start.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from hit_maternity.fhir.definitions import Definitions
from hit_maternity.fhir.definitions.loader import core
from hit_maternity.fhir.outcome import ERROR, FATAL, WARNING, FhirError, Issue, refuse
from hit_maternity.fhir.packages.package import CORE_PACKAGE, Package, read, read_file
from hit_maternity.fhir.packages.resolution import Wish, circles, closure, conflicts, in_order, redefined, unmet
from hit_maternity.fhir.packages.verification import Verifier

LOCK = "packages.lock.json"
_FORMAT = 1


class Record(msgspec.Struct, frozen=True):
    """What the record file says of one package. ``without``: dependencies that it does without; ``checked``: a digest of all that the
    check depended on; ``warnings``: what the check had to say."""

    name: str
    version: str
    file: str
    sha256: str
    dependencies: dict[str, str]
    added: str
    without: tuple[str, ...] = ()
    checked: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """``hl7.fhir.no.basis 2.2.4``, for people."""
        return f"{self.name} {self.version}"

    @property
    def remarks(self) -> list[str]:
        """What an operator should know of it, a sentence each."""
        return [*_without(self), *self.warnings]


class _Lock(msgspec.Struct):
    format: int
    packages: list[Record]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Packages that fit together, each behind those that it stands on; ``warnings`` to be told at the start."""

    packages: tuple[Package, ...]
    warnings: tuple[str, ...] = ()


class PackageFolder:
    """The packages in ``path``. ``ours``: packages that are there anyway; ``program``: what the check's result depends on besides the
    packages, such as the program's version."""

    def __init__(self, path: Path, ours: Sequence[Package], program: str) -> None:
        self.path = path
        self._ours = tuple(ours)
        self._program = program

    # ------------------------------------------------------------ reading

    def records(self) -> list[Record]:
        """What was added, by name; [] where there is no record. Raises ``FhirError`` 422 ``package-lock-malformed``."""
        try:
            data = (self.path / LOCK).read_bytes()
        except FileNotFoundError:
            return []
        try:
            lock = msgspec.json.decode(data, type=_Lock)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise self._unreadable(str(fault)) from None
        names = [r.name.casefold() for r in lock.packages]
        if lock.format != _FORMAT or len(set(names)) < len(names) or any(Path(r.file).name != r.file for r in lock.packages):
            raise self._unreadable("it is of another format, names a package twice, or a file outside the folder")
        return sorted(lock.packages, key=lambda r: r.name)

    def _unreadable(self, reason: str) -> FhirError:
        text = f"The record {self.path / LOCK} can't be read: {reason}. Restore it, or delete it and add the packages again."
        return refuse(422, "structure", "package-lock-malformed", text)

    def load(self) -> Loaded:
        """All packages of the folder. What was checked when it was added is not checked again.

        Raises ``FhirError`` 422 with every fault: ``package-file-missing``, ``package-hash-changed``, and all that adding can raise."""
        records = self.records()
        kept = self._kept(records)
        extra = self._unrecorded(kept)
        if not kept and not extra:
            return Loaded(())
        wishes = in_order(self._fitting([*kept, *extra]))
        told = [words for r in records for words in _without(r)]
        told += [f"{w.package.manifest.label} is not recorded: `hit-maternity packages add` makes starts quicker and safer." for w in extra]
        recorded = {r.name: r.checked for r in records}
        unchecked = [w for w in wishes if self._stamp(w, wishes) != recorded.get(w.package.manifest.name)]
        if unchecked:
            told += [i.text for i in self._checked(wishes, unchecked)]
            self._remember({w.package.manifest.name: self._stamp(w, wishes) for w in unchecked if w not in extra})
        return Loaded(tuple(w.package for w in wishes), tuple(told))

    def _remember(self, stamps: Mapping[str, str]) -> None:
        """Records that packages are well by this program too, where the folder lets itself be written."""
        if stamps:
            with suppress(OSError, FhirError), self._changing() as out:
                self._write(out, [msgspec.structs.replace(r, checked=stamps.get(r.name, r.checked)) for r in self.records()])

    def _kept(self, records: Iterable[Record]) -> list[Wish]:
        """The recorded packages as they lie there."""
        wishes: list[Wish] = []
        faults: list[Issue] = []
        for record in records:
            try:
                package = read_file(self.path / record.file)
            except FileNotFoundError:
                text = (
                    f"{record.label} was added, but its file {record.file} is gone. Add it again, or take it from the record: "
                    f"`hit-maternity packages remove {record.name}`."
                )
                faults.append(Issue("not-found", "package-file-missing", text))
                continue
            except FhirError as fault:
                package = None
                if hashlib.sha256((self.path / record.file).read_bytes()).hexdigest() == record.sha256:
                    raise fault from None
            if package is None or package.sha256 != record.sha256:
                text = (
                    f"{record.file} is not the file that was added as {record.label}: its sha256 has changed. Put the old one back, or "
                    f"remove the package (`hit-maternity packages remove {record.name}`) and add the new one."
                )
                faults.append(Issue("security", "package-hash-changed", text))
            else:
                wishes.append(Wish(package, frozenset(record.without)))
        if faults:
            raise FhirError(422, faults)
        return wishes

    def _unrecorded(self, kept: Sequence[Wish]) -> list[Wish]:
        known = {w.package.sha256 for w in kept}
        found: list[Wish] = []
        for path in sorted(self.path.glob("*.tgz")) if self.path.is_dir() else ():
            package = read_file(path)
            if package.sha256 not in known:
                known.add(package.sha256)
                found.append(Wish(package))
        return found

    # ------------------------------------------------------------ changing

    def add(self, files: Iterable[Path], now: datetime, without: Iterable[str] = (), replace: bool = False) -> list[Record]:
        """Checks the packages in ``files`` with those that are there, puts them into the folder and gives back their records.

        ``without``: dependencies to do without; ``replace``: another version takes the place of one that is there. Nothing is changed
        where it raises ``FhirError`` 422 with every fault, or ``OSError``."""
        spared = frozenset(without)
        contents: dict[str, bytes] = {}
        with self._changing() as out:
            before = {r.name: r for r in self.records()}
            fresh: dict[str, Wish] = {}
            for path in files:
                data = path.read_bytes()
                package = read(data, path.name)
                name = package.manifest.name
                self._allowed(package, fresh.get(name), before, replace)
                deps = {d.name for d in package.manifest.dependencies}
                fresh[name] = Wish(package, spared & deps)
                contents[name] = data
            self._all_used(spared, fresh.values())
            kept = [w for w in self._kept(r for r in before.values() if r.name not in fresh)]
            wishes = in_order(self._fitting([*kept, *fresh.values()]))
            told = self._checked(wishes, [w for w in wishes if w.package.manifest.name in fresh or replace])
            made = {name: self._record(w, wishes, now, told, before.get(name)) for name, w in fresh.items()}
            for name, record in made.items():
                self._put(record.file, contents[name])
            after = {**before, **made}
            if replace:  # those that stand on what was replaced were checked with it
                stamps = {w.package.manifest.name: self._stamp(w, wishes) for w in wishes}
                after = {name: msgspec.structs.replace(r, checked=stamps[name]) for name, r in after.items()}
            self._write(out, after.values())
        for name, record in before.items():
            if name in made and record.file != made[name].file:
                (self.path / record.file).unlink(missing_ok=True)
        return list(made.values())

    def remove(self, names: Iterable[str]) -> list[Record]:
        """Takes packages from the record and their files from the folder; gives back what was recorded.

        Raises ``FhirError`` 422 ``package-unknown``, or ``package-needed`` where another package stands on one."""
        asked = list(dict.fromkeys(names))
        with self._changing() as out:
            before = {r.name: r for r in self.records()}
            faults = [
                Issue("not-found", "package-unknown", f"There is no package {name[:128]} here; `hit-maternity packages list` names them.")
                for name in asked
                if name not in before
            ]
            left = {name: r for name, r in before.items() if name not in asked}
            faults += [
                Issue("conflict", "package-needed", f"{r.label} needs {name}: remove both in one call, or neither.")
                for r in left.values()
                for name in asked
                if name in before and name in r.dependencies and name not in r.without
            ]
            if faults:
                raise FhirError(422, faults)
            self._write(out, left.values())
        for name in asked:
            (self.path / before[name].file).unlink(missing_ok=True)
        return [before[name] for name in asked]

    def _allowed(self, package: Package, twin: Wish | None, before: Mapping[str, Record], replace: bool) -> None:
        """Raises where the package can't be beside one of its name."""
        manifest = package.manifest
        built_in = {CORE_PACKAGE: "4.0.1", **{p.manifest.name: p.manifest.version for p in self._ours}}
        if manifest.name in built_in:
            text = f"{manifest.name} {built_in[manifest.name]} is built in and can't be added."
            raise refuse(422, "conflict", "package-built-in", text)
        others = [w.package.manifest.version for w in [twin] if w is not None and w.package.sha256 != package.sha256]
        recorded = next((r for r in before.values() if r.name.casefold() == manifest.name.casefold()), None)
        if recorded and recorded.name != manifest.name:
            others.append(recorded.label)
        elif recorded and recorded.sha256 != package.sha256 and not replace:
            others.append(recorded.version)
        if others:
            text = (
                f"{manifest.name} is to be added as {manifest.version}, and is there as {others[0]}: one of a package can be. "
                "Leave one out, or put the new one in the place of the old one with --replace."
            )
            raise refuse(422, "conflict", "package-version-conflict", text)

    def _all_used(self, spared: frozenset[str], fresh: Iterable[Wish]) -> None:
        unused = sorted(spared - frozenset().union(*(w.without for w in fresh)))
        if unused:
            text = f"--without-dependencies {', '.join(unused)[:200]}: none of the packages depends on that. Leave it out."
            raise refuse(422, "value", "package-without-unknown", text)

    def _record(self, wish: Wish, wishes: Sequence[Wish], now: datetime, told: Sequence[Issue], before: Record | None) -> Record:
        manifest = wish.package.manifest
        return Record(
            name=manifest.name,
            version=manifest.version,
            file=f"{manifest.name}-{manifest.version}.tgz",
            sha256=wish.package.sha256,
            dependencies={d.name: d.wanted for d in manifest.dependencies},
            added=before.added if before and before.sha256 == wish.package.sha256 else now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            without=tuple(sorted(wish.without)),
            checked=self._stamp(wish, wishes),
            warnings=tuple(i.text for i in told if i.text.startswith((f"{manifest.label} ", f"{manifest.label},"))),
        )

    @contextmanager
    def _changing(self) -> Iterator[IO[bytes]]:
        """The new record to be written; it takes the old one's place at the end. Only one process at a time gets it."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock, draft = self.path / LOCK, self.path / f"{LOCK}.new"
        try:
            out = draft.open("xb")
        except FileExistsError:
            text = f"Another process is changing the packages, or was broken off. Wait for it; if there is none, delete {draft}."
            raise refuse(422, "lock-error", "package-folder-busy", text) from None
        try:
            with out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            os.replace(draft, lock)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise

    def _write(self, out: IO[bytes], records: Iterable[Record]) -> None:
        lock = _Lock(_FORMAT, sorted(records, key=lambda r: r.name))
        out.write(msgspec.json.format(msgspec.json.encode(lock), indent=2) + b"\n")

    def _put(self, file: str, data: bytes) -> None:
        part = self.path / f"{file}.part"
        part.write_bytes(data)
        os.replace(part, self.path / file)

    # ------------------------------------------------------------ checking

    def _fitting(self, wishes: Sequence[Wish]) -> Sequence[Wish]:
        """``wishes`` where they fit together. Raises ``FhirError`` 422 with all that doesn't."""
        built_in = {p.manifest.name: p.manifest.version for p in self._ours}
        doubled = _doubled(wishes, built_in)
        faults = [*doubled, *unmet(wishes, built_in), *circles(wishes)]
        if not doubled:
            faults += conflicts([*self._ours, *(w.package for w in wishes)])
        if faults:
            raise FhirError(422, faults)
        return wishes

    def _checked(self, wishes: Sequence[Wish], unchecked: Iterable[Wish]) -> list[Issue]:
        """The warnings of the whole check of ``unchecked``. Raises ``FhirError`` 422 with its errors."""
        verifier = Verifier(Definitions.with_packages([*self._ours, *(w.package for w in wishes)]))
        told = [i for w in unchecked for i in (*verifier.faults(w.package), *redefined(w.package, core()))]
        faults = [i for i in told if i.severity in (ERROR, FATAL)]
        if faults:
            raise FhirError(422, faults)
        return [i for i in told if i.severity == WARNING]

    def _stamp(self, wish: Wish, wishes: Sequence[Wish]) -> str:
        """A digest of all that the check of a package depends on."""
        parts = [self._program, *(p.sha256 for p in self._ours), *(p.sha256 for p in closure(wish, wishes)), *sorted(wish.without)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _doubled(wishes: Sequence[Wish], built_in: Mapping[str, str]) -> list[Issue]:
    """Packages that are there twice: possible only where files were put into the folder by hand."""
    seen: dict[str, str] = {name: f"{name} {version}" for name, version in {CORE_PACKAGE: "4.0.1", **built_in}.items()}
    faults: list[Issue] = []
    for wish in wishes:
        manifest = wish.package.manifest
        if manifest.name in seen:
            text = f"{manifest.label} and {seen[manifest.name]} are both there; one of a package can be. Take one file away."
            faults.append(Issue("conflict", "package-version-conflict", text))
        seen[manifest.name] = manifest.label
    return faults


def _without(record: Record) -> list[str]:
    return [
        f"{record.label} does without {name} {record.dependencies.get(name, '')}: what that defines is unknown." for name in record.without
    ]
