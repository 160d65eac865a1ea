#!/usr/bin/env python3
"""The SBOM of this build has what the program needs and what is compiled into it, and says what must not be.

    sbom_test.py SCRIPT BUILD_FOLDER
"""

import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import unittest

SCRIPT, BUILD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def script():
    spec = importlib.util.spec_from_file_location("sbom", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written():
    return subprocess.run([sys.executable, SCRIPT, BUILD], check=True, stdout=subprocess.PIPE).stdout


class Sbom(unittest.TestCase):
    def test_has_what_is_in_the_program(self):
        document = json.loads(written())
        self.assertEqual((document["bomFormat"], document["specVersion"]), ("CycloneDX", "1.5"))
        components = document["components"]
        names = {each["name"] for each in components}
        # Headers alone, that no library shows.
        for name in ("libhnswlib-dev", "libeigen3-dev", "nlohmann-json3-dev", "libprotozero-dev"):
            self.assertIn(name, names)
        self.assertFalse({"libgtest-dev", "libbenchmark-dev"} & names)
        sbom = script()
        needed = subprocess.run(["readelf", "-d", BUILD / "diarist"], check=True, stdout=subprocess.PIPE, text=True).stdout
        sonames = re.findall(r"NEEDED.*\[(.*)\]", needed)
        self.assertGreater(len(sonames), 8)
        found = {pathlib.Path(file).name: sbom.package_of(file) for file in sbom.libraries_of(BUILD / "diarist")}
        for soname in sonames:
            self.assertIn(found[soname].partition(":")[0], names)
        for each in components:
            self.assertTrue(each["type"] == "machine-learning-model" or each["version"], each)
        references = [each["bom-ref"] for each in components]
        self.assertEqual(len(set(references)), len(references))
        self.assertEqual(document["dependencies"], [{"ref": "diarist", "dependsOn": references}])
        self.assertEqual(sum(each["type"] == "machine-learning-model" for each in components), 3)

    def test_the_same_build_gives_the_same_bytes(self):
        self.assertEqual(written(), written())

    def test_knows_what_may_not_be_linked(self):
        sbom = script()

        def entry(source, *licences):
            return {
                "properties": [{"name": "diarist:source", "value": source}],
                "licenses": [{"license": {"name": each}} for each in licences],
            }

        self.assertTrue(sbom.under_gpl(entry("readline", "GPL-3+")))
        self.assertTrue(sbom.under_gpl(entry("ghostscript", "AGPL-3+")))
        self.assertFalse(sbom.under_gpl(entry("flac", "GPL-2+ or LGPL-2.1+")))
        self.assertFalse(sbom.under_gpl(entry("libsoxr", "LGPL-2.1+")))
        self.assertFalse(sbom.under_gpl(entry("linux", "GPL-2")))
        self.assertIsNone(sbom.package_of("/usr/lib/libnobody.so.1"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
