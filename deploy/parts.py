#!/usr/bin/env python3
"""Lists what a published program is made of: parts.py PUBLISHED RID VERSION OUT

Writes OUT/sbom.cdx.json (CycloneDX 1.6) and OUT/THIRD-PARTY-NOTICES, from the agent's lock file, the packages in NuGet's
folder with their own licence files, and the libraries themselves. The same input gives the same bytes.
"""
import base64
import json
import os
import re
import sys
import uuid
import xml.etree.ElementTree as xml
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NUGET = Path(os.environ.get("NUGET_PACKAGES") or Path.home() / ".nuget" / "packages")
NOTICES = re.compile(r"^(licen[sc]e|notice|third-?party-?notices)(\.(txt|md))?$", re.IGNORECASE)
# Build tools: nothing of them is in the program.
TOOLS = {"Microsoft.NET.ILLink.Tasks"}
SQLITE_SOURCE = re.compile(rb"(20\d\d-\d\d-\d\d \d\d:\d\d:\d\d [0-9a-f]{40,64})")
SQLITE_VERSION = re.compile(rb"(?<![0-9.])(3\.[3-9]\d\.\d{1,2})\x00")


def locked(rid):
    """Packages of the agent by name: version and SHA-512, as the lock file pins them."""
    frameworks = json.loads((ROOT / "src/EdgeAgent/packages.lock.json").read_text())["dependencies"]
    found = {}
    for framework, packages in frameworks.items():
        if "/" in framework and not framework.endswith("/" + rid):
            continue
        for name, entry in packages.items():
            if entry["type"] != "Project" and name not in TOOLS:
                found[name] = (entry["resolved"], entry.get("contentHash"))
    return found


def runtime(rid):
    """The runtime that the compiler links in: no package of the lock file, for the SDK brings it."""
    version = re.search(r"<RuntimeFrameworkVersion>(.*?)<", (ROOT / "Directory.Build.props").read_text()).group(1)
    names = [f"Microsoft.NETCore.App.Runtime.NativeAOT.{rid}", f"Microsoft.AspNetCore.App.Runtime.{rid}"]
    return {name: (version, None) for name in names if (NUGET / name.lower() / version).is_dir()}


def nuspec(name, version):
    folder = NUGET / name.lower() / version.lower()
    tree = xml.parse(folder / f"{name.lower()}.nuspec").getroot()
    meta = {child.tag.rsplit("}", 1)[-1]: child for child in tree[0]}
    return folder, meta


def licence(folder, meta):
    """The SPDX expression that a package states, or what its licence file says it is."""
    stated = meta.get("license")
    if stated is not None and stated.get("type") == "expression":
        return stated.text
    if stated is not None:
        text = (folder / stated.text).read_text(errors="replace")
        if "Permission is hereby granted, free of charge" in text:
            return "MIT"
        if "Apache License" in text:
            return "Apache-2.0"
    raise SystemExit(f"parts: {folder} states no licence that is known; look at it and teach this script")


def component(name, version, digest):
    folder, meta = nuspec(name, version)
    part = {
        "type": "library", "bom-ref": f"pkg:nuget/{name}@{version}", "name": name, "version": version,
        "purl": f"pkg:nuget/{name}@{version}", "licenses": [{"expression": licence(folder, meta)}],
    }
    if "copyright" in meta and meta["copyright"].text:
        part["copyright"] = meta["copyright"].text.strip()
    if "authors" in meta:
        part["publisher"] = meta["authors"].text.strip()
    if digest:
        part["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}]
    texts = [(p.name, p.read_text(encoding="utf-8-sig", errors="replace")) for p in sorted(folder.iterdir()) if NOTICES.match(p.name)]
    return part, texts


def sqlite(published):
    """SQLite itself is in no lock file: its version is read from the library, or from the program it is linked into."""
    for name in ("libe_sqlite3.so", "edgeagent"):
        path = published / name
        content = path.read_bytes() if path.exists() else b""
        source, version = SQLITE_SOURCE.search(content), SQLITE_VERSION.search(content)
        if source and version:
            number = version.group(1).decode()
            return {
                "type": "library", "bom-ref": f"sqlite@{number}", "name": "SQLite", "version": number,
                "cpe": f"cpe:2.3:a:sqlite:sqlite:{number}:*:*:*:*:*:*:*", "licenses": [{"license": {"id": "blessing"}}],
                "publisher": "SQLite", "description": "source " + source.group(1).decode(),
            }
    raise SystemExit(f"parts: no SQLite is found in {published}")


def main():
    published, rid, version, out = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
    out.mkdir(parents=True, exist_ok=True)
    parts, notices = [sqlite(published)], {}
    for name, (number, digest) in sorted((locked(rid) | runtime(rid)).items(), key=lambda p: p[0].lower()):
        part, texts = component(name, number, digest)
        parts.append(part)
        for file, text in texts:
            notices.setdefault((file, text.replace("\r\n", "\n").strip()), []).append(f"{name} {number}")
    parts.append({"type": "data", "bom-ref": "skab@0.9", "name": "Skoltech Anomaly Benchmark, four recordings for the demo", "version": "0.9",
                  "licenses": [{"license": {"id": "GPL-3.0-only"}}], "publisher": "Katser, Kozitsin"})
    when = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    bom = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"timestamp": when, "component": {
            "type": "application", "bom-ref": "edgeagent", "name": "edgeagent", "version": version,
            "licenses": [{"license": {"id": "MIT"}}], "properties": [{"name": "target", "value": rid}]}},
        "components": parts,
        "dependencies": [{"ref": "edgeagent", "dependsOn": [p["bom-ref"] for p in parts]}],
    }
    bom["serialNumber"] = "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True)))
    (out / "sbom.cdx.json").write_text(json.dumps(bom, indent=1, ensure_ascii=False) + "\n")

    lines = ["EdgeAgent is made with the following parts. Below the list are the licence and notice files that they bring.", ""]
    for part in parts:
        given = part["licenses"][0]
        lines.append(f"{part['name']} {part['version']}: {given.get('expression') or given['license']['id']}; {part.get('copyright') or part.get('publisher', '')}")
    for (file, text), users in sorted(notices.items(), key=lambda n: (n[1], n[0])):
        lines += ["", "=" * 100, f"{file} of {', '.join(users)}", "=" * 100, "", text]
    for spdx in sorted({p["licenses"][0]["expression"] for p in parts if "expression" in p["licenses"][0]}):
        lines += ["", "=" * 100, f"{spdx}, for those above that only name it", "=" * 100, "",
                  (ROOT / "deploy/licences" / f"{spdx}.txt").read_text().strip()]
    (out / "THIRD-PARTY-NOTICES").write_text("\n".join(lines) + "\n")


main()
