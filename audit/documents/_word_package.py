"""A Word file as a container: the few parts that are read, each parsed with nothing resolved and nothing fetched.

Strangers write these files, so sizes are asked for before anything is expanded, and media is never touched.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from docx.opc.packuri import PackURI
from docx.opc.phys_pkg import PhysPkgReader
from lxml import etree

from audit.documents.loading import Refused

Element = Any

PART_LIMIT = 100_000_000
MARKUP_LIMIT = 5_000_000  # of < and = in all parts: every element and attribute costs memory, however short it is
ENTRY_LIMIT = 20_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OTHERS = {
    "xl/workbook.xml": "a spreadsheet (.xlsx)",
    "xl/workbook.bin": "a spreadsheet (.xlsb)",
    "ppt/presentation.xml": "a presentation (.pptx)",
    "META-INF/manifest.xml": "an OpenDocument file",
}
_HEADS = {b"%pdf-": "a PDF file", b"{\\rtf": "an RTF file", b"<!doc": "a web page", b"<html": "a web page"}
BROKEN = "the Word file is broken or cut short: copy or download it again, or open it in Word and save it anew"


@dataclass(slots=True)
class Package:
    """The parts of a Word file that are read, parsed; `old_font`: letters of a time before Unicode may be in it."""

    document: Element
    styles: Element | None = None
    numbering: Element | None = None
    footnotes: Element | None = None
    endnotes: Element | None = None
    settings: Element | None = None
    old_font: bool = False


def unpack(data: bytes) -> Package:
    """The parts of the Word file that the bytes hold. Raises `Refused`, with what to do, whatever is wrong with it."""
    _is_package(data)
    try:
        return _Parts(data).package()
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, etree.XMLSyntaxError, ValueError, OSError) as problem:
        if isinstance(problem, etree.XMLSyntaxError) and "depth" in str(problem).lower():
            raise Refused("the Word file nests its parts too deeply to be a report: save it anew from Word") from None
        raise Refused(BROKEN) from None
    except (NotImplementedError, RuntimeError):
        raise Refused("the Word file is packed in a way that Word does not use: save it anew from Word") from None


def _is_package(data: bytes) -> None:
    if not data:
        raise Refused("the file is empty: copy or download it again")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("protected by a password: open it in Word, take the password away, and save it")
        raise Refused("this is an old Word file (.doc) or no Word file: open it in Word and save it as .docx")
    if not data.startswith(b"PK"):
        head = data[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower()
        kind = next((name for magic, name in _HEADS.items() if head == magic), "something else")
        raise Refused(f"this is no Word file but {kind} with that name: save it from Word as .docx")
    if data.count(b"PK\x01\x02") > ENTRY_LIMIT:
        raise Refused(f"an archive of more than {ENTRY_LIMIT:,} files is no report")


class _Parts:
    """The archive, read part by part as they are asked for."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.entries = {entry.filename: entry for entry in archive.infolist()}
        self.reader: Any = PhysPkgReader(io.BytesIO(data))  # type: ignore[no-untyped-call]
        self.size = self.markup = 0
        self.old_font = False

    def package(self) -> Package:
        name = self._main()
        root = self._parsed(name)
        if root.tag.rpartition("}")[2] != "document":
            raise Refused(BROKEN)
        package = Package(root)
        related = self._related(name)
        for kind in ("styles", "numbering", "footnotes", "endnotes", "settings"):
            if related.get(kind) in self.entries:
                setattr(package, kind, self._parsed(related[kind]))
        package.old_font = self.old_font
        return package

    def _main(self) -> str:
        name = self._related("").get("officeDocument", "")
        if name not in self.entries:
            name = "word/document.xml"
        if name not in self.entries or name in _OTHERS:
            kind = next((kind for other, kind in _OTHERS.items() if other in self.entries), "another archive")
            raise Refused(f"this is no Word file but {kind} with that name: save the report from Word as .docx")
        return name

    def _related(self, source: str) -> dict[str, str]:
        """What a part is tied to: the last word of the relation's type -> the name of the part."""
        folder, base = posixpath.split(source)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name not in self.entries:
            return {}
        found: dict[str, str] = {}
        for relation in self._parsed(name):
            target, kind = relation.get("Target", ""), relation.get("Type", "").rpartition("/")[2]
            if kind and relation.get("TargetMode") != "External":
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found.setdefault(kind, posixpath.normpath(path))
        return found

    def _parsed(self, name: str) -> Element:
        entry = self.entries[name]
        if entry.flag_bits & 1:
            raise Refused("protected by a password: unpack it, and save it without the password")
        self.size += entry.file_size
        if self.size > PART_LIMIT:
            raise Refused(f"more than {PART_LIMIT // 1_000_000} MB of text when expanded: split the file")
        data = self.reader.blob_for(PackURI(f"/{name}"))
        self.markup += data.count(b"<") + data.count(b"=")
        if self.markup > MARKUP_LIMIT:
            raise Refused("more markup than a report has: open it in Word, save it anew, or split it")
        if b"<!DOCTYPE" in data or "<!DOCTYPE".encode("utf-16-le") in data or "<!DOCTYPE".encode("utf-16-be") in data:
            raise Refused("the Word file declares entities of its own, which Word never does: it is not read")
        self.old_font = self.old_font or (b'w:ascii=".Vn' in data or b'w:ascii="VNI-' in data)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        return etree.fromstring(data.replace(_STRICT, _TRANSITIONAL) if _STRICT in data else data, parser)
