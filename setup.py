"""What pyproject.toml can't say: the folder migrations/ is a package inside the installed one."""

from setuptools import find_namespace_packages, setup

ours = find_namespace_packages(
    include=["hit_maternity", "hit_maternity.*", "migrations", "migrations.*"], exclude=["*.__pycache__", "*.__pycache__.*"]
)
setup(
    packages=[name if name.startswith("hit_maternity") else f"hit_maternity.{name}" for name in ours],
    package_dir={"hit_maternity.migrations": "migrations"},
)
