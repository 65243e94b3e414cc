"""A folder of packages for the tests, and the module that makes packages."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hit_maternity.fhir.packages import Package, PackageFolder, read


@pytest.fixture(scope="session")
def making() -> ModuleType:
    """The module ``making.py`` beside this file: small packages, whole or broken."""
    name = "hit_package_making"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("making.py"))
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def ours(making: ModuleType) -> Package:
    """Stands for the profiles that are built in."""
    return read(making.package("our.card", "0.1.0", resources=[making.profile("Ours")]), "our.card.tgz")


@pytest.fixture
def folder(tmp_path: Path, ours: Package) -> PackageFolder:
    """An empty folder of packages."""
    return PackageFolder(tmp_path / "packages", [ours], "program 1")


@pytest.fixture
def put(tmp_path: Path, making: ModuleType) -> Callable[..., Path]:
    """``put(name, ...)``: the file of a package made with ``making.package(name, ...)``; bytes are written as they are."""

    def write(name: str, *arguments: Any, data: bytes | None = None, **more: Any) -> Path:
        path = tmp_path / f"{name}.tgz"
        path.write_bytes(making.package(name, *arguments, **more) if data is None else data)
        return path

    return write
