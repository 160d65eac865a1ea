#!/usr/bin/env python3
"""Writes which software of others is in the program, as CycloneDX 1.5: what it loads, what of headers is compiled into it, and
the models.

    scripts/sbom.py BUILD_FOLDER [-o FILE]     (standard output where left out)

Both are asked of the build itself: the loader says which libraries the program loads, ninja which headers its objects were made
of, dpkg which package and version a file is of. So it is true of this build, on Debian, and there is no list to keep. Exit code 1
where a file is of no package, or a package is under the GPL without an exception for those who link it.
"""

import argparse
import email.parser
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTS = pathlib.Path("/usr/share/doc")

# As NOTICE has them: name, who made it, licence.
MODELS = [
    ("pyannote/segmentation-3.0", "CNRS", "MIT"),
    ("pyannote/wespeaker-voxceleb-resnet34-LM", "The WeSpeaker authors", "CC-BY-4.0"),
    ("pyannote/speaker-diarization-community-1 (PLDA)", "BUT Speech@FIT", "CC-BY-4.0"),
]
# Sources whose licence has an exception for programs that link them (GCC's runtime, glibc's headers), or that call them (Linux).
LINKABLE = {"gcc-12", "gcc-13", "gcc-14", "linux", "glibc"}


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


def libraries_of(program):
    """Files that the loader takes, but for the kernel's own."""
    return sorted(set(re.findall(r"(/\S+) \(0x", output_of("ldd", program))))


def headers_of(build):
    """Of the objects that the library and the program are made of, those that are not the project's."""
    headers = set()
    wanted = False
    for line in output_of("ninja", "-C", build, "-t", "deps").splitlines():
        if not line.startswith(" "):
            wanted = line.startswith("src/") or line.startswith("CMakeFiles/")
        elif wanted and line.strip().startswith("/usr/"):
            headers.add(os.path.normpath(line.strip()))
    return sorted(headers)


@functools.lru_cache(maxsize=None)
def owners():
    """Package by file, of all that is installed."""
    found = {}
    for listing in pathlib.Path("/var/lib/dpkg/info").glob("*.list"):
        for name in listing.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            found[name] = listing.stem
    return found


def package_of(file):
    """dpkg knows a file under the name that the package has it by, which may be that of a folder that moved to /usr."""
    for name in (file, os.path.realpath(file)):
        for known in (name, name.removeprefix("/usr"), "/usr" + name):
            if known in owners():
                return owners()[known]
    return None


def licences_of(package):
    """Of the package's files in general, and the whole text, where it is written for machines."""
    file = DOCUMENTS / package.partition(":")[0] / "copyright"
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    if not text.startswith("Format:"):
        return []
    names = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = email.parser.HeaderParser().parsestr(stanza)
        if (fields.get("Files") or "").split() == ["*"] and fields.get("License"):
            names.append(fields["License"].splitlines()[0].strip())
    return sorted(set(filter(None, names)))


def component(package, how):
    asked = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${Homepage}"
    name, version, architecture, source, home = output_of("dpkg-query", "-W", "-f", asked, package).split("\t")
    entry = {
        "type": "library",
        "bom-ref": f"{name}:{architecture}",
        "name": name,
        "version": version,
        "purl": f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?arch={architecture}",
        "properties": [{"name": "diarist:source", "value": source}, {"name": "diarist:how", "value": how}],
    }
    licences = licences_of(package)
    if licences:
        entry["licenses"] = [{"license": {"name": each}} for each in licences]
    if home:
        entry["externalReferences"] = [{"type": "website", "url": home}]
    return entry


def under_gpl(entry):
    """Where no other licence may be chosen in its place."""
    source = entry["properties"][0]["value"]
    names = [each["license"]["name"] for each in entry.get("licenses", [])]
    ways = [way for name in names for way in re.split(r"\s+or\s+", name)]
    return source not in LINKABLE and bool(ways) and all(re.match(r"A?GPL", way) for way in ways)


def models():
    pack = (ROOT / "models" / "community.safetensors").read_bytes()
    for name, who, licence in MODELS:
        yield {
            "type": "machine-learning-model",
            "bom-ref": name,
            "name": name,
            "author": who,
            "licenses": [{"license": {"id": licence}}],
            "externalReferences": [{"type": "website", "url": "https://huggingface.co/" + name.partition(" ")[0]}],
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(pack).hexdigest()}],
            "properties": [{"name": "diarist:how", "value": "converted; the digest is that of the pack with all three"}],
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path)
    arguments = parser.parse_args()
    program = arguments.build / "diarist"
    files = [(file, "loaded") for file in libraries_of(program)]
    files += [(file, "compiled in") for file in headers_of(arguments.build)]
    problems = [f"{file} is of no package" for file, _ in files if package_of(file) is None]
    by_package = {}
    for file, how in files:
        by_package.setdefault(package_of(file), how)
    by_package.pop(None, None)
    entries = sorted((component(package, how) for package, how in by_package.items()), key=lambda each: each["bom-ref"])
    # What is loaded was compiled with headers of the same source, which are no more of it.
    loaded = {each["properties"][0]["value"] for each in entries if each["properties"][1]["value"] == "loaded"}
    entries = [each for each in entries if each["properties"][1]["value"] == "loaded" or each["properties"][0]["value"] not in loaded]
    problems += [f"{each['name']} is under the GPL" for each in entries if under_gpl(each)]
    version = output_of(program, "--version").split()[-1]
    content = [*entries, *models()]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        # Of what is in it: the same build gives the same bytes.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, content], sort_keys=True))}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "diarist",
                "name": "diarist",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": content,
        "dependencies": [{"ref": "diarist", "dependsOn": [each["bom-ref"] for each in content]}],
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if arguments.output:
        temporary = arguments.output.with_name(f".{arguments.output.name}.tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(arguments.output)
    else:
        sys.stdout.write(text)
    for problem in problems:
        print(f"sbom.py: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
