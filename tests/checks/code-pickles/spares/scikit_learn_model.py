"""The classes of a library that is not here: names alone are no sign."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = b"\x80\x03csklearn.linear_model._base\nLinearRegression\n)\x81}X\x04\0\0\0coefK\x01sb."
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.joblib": data})
