"""What pyproject.toml can't say: the folder migrations/ is a package inside the installed one, and the profiles' package lies in it too."""

import shutil
from pathlib import Path

from setuptools import find_namespace_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class WithProfiles(build_py):  # type: ignore[misc]  # setuptools comes without types here
    """Puts the packed profiles into ``hit_maternity/profiles/``; an editable install finds them in ``profiles/``."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            folder = Path(self.build_lib) / "hit_maternity" / "profiles"
            folder.mkdir(parents=True, exist_ok=True)
            for package in (ROOT / "profiles").glob("hit.maternity.no-*.tgz"):
                shutil.copyfile(package, folder / package.name)


ours = find_namespace_packages(
    include=["hit_maternity", "hit_maternity.*", "migrations", "migrations.*"], exclude=["*.__pycache__", "*.__pycache__.*"]
)
setup(
    packages=[name if name.startswith("hit_maternity") else f"hit_maternity.{name}" for name in ours],
    package_dir={"hit_maternity.migrations": "migrations"},
    cmdclass={"build_py": WithProfiles},
)
