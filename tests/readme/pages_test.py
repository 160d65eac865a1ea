"""Pages that are wrong are noticed: blocks that cannot be run, output that was never printed."""

import pathlib
import sys
import tempfile
import unittest

import pages


def read(text):
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.md"
        page.write_text(text, encoding="utf-8")
        return pages.blocks(page)


class Blocks(unittest.TestCase):
    def test_what_a_page_may_hold(self):
        found = read(
            "```sh\necho a\n```\n\n```output\na\n```\n\n```cpp who.cpp\nint x;\n```\n\n"
            "```python numpy\nimport numpy\n```\n```json\n{}\n```\n```text\nmake\n```\n- a\n    b\n"
        )
        self.assertEqual([block.language for block in found], ["sh", "cpp", "python", "json", "text"])
        self.assertEqual((found[0].code, found[0].output, found[0].line), ("echo a\n", "a\n", 2))
        self.assertEqual([block.file for block in found], [None, "who.cpp", None, None, None])

    def test_what_it_may_not(self):
        for text in (
            "Run\n\n    make\n",
            "```\nmake\n```\n",
            "```bash\nmake\n```\n",
            "```sh\nmake\n",
            "```json\n{,}\n```\n",
            "```output\na\n```\n",
            "```text\na\n```\n```output\na\n```\n",
            "```sh\na\n```\nwhich prints\n```output\na\n```\n",
            "```sh\na\n```\n```output\na\n```\n```output\na\n```\n",
        ):
            with self.subTest(text), self.assertRaises(pages.PageError):
                read(text)


class Output(unittest.TestCase):
    def test_alike(self):
        for expected, printed in (
            ("a\n", "a\n"),
            ("a  b\n", "a b  \n"),
            ("DER 6.88 of 2\n", "DER 6.95 of 2\n"),
            ("a ... c\n", "a bb c\n"),
            ("a\n...\nd\n", "a\nb\nc\nd\n"),
            ("a\n...\nd\n", "a\nd\n"),
            ("", ""),
        ):
            with self.subTest(expected):
                self.assertIsNone(pages.mismatch(expected, printed))

    def test_otherwise(self):
        for expected, printed in (
            ("a\n", "b\n"),
            ("a\n", "a\nb\n"),
            ("a\nb\n", "a\n"),
            ("DER 6.88 of 2\n", "DER 6.88 of 3\n"),
            ("DER 6.88\n", "DER 6.99\n"),
            ("a ... c\n", "a b\nc\n"),
            ("a.b\n", "aXb\n"),
            ("", "a\n"),
        ):
            with self.subTest(expected):
                self.assertIsNotNone(pages.mismatch(expected, printed))


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
