"""Word files made by hand, part by part, so that a test can put anything into them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from audit import documents
from audit.records import Document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; what does not begin with a tag becomes a run."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{inside}</w:p>"


def raised(text: str) -> str:
    return r(text, RAISED)


def note(id: int, kind: str = "footnote") -> str:
    return f'<w:r>{RAISED}<w:{kind}Reference w:id="{id}"/></w:r>'


def part(root: str, inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} {NAMES}>{inside}</w:{root}>'.encode()


def notes(kind: str, *texts: str) -> str:
    """The notes of a part, numbered from 1; each text is the inside of one."""
    return "".join(f'<w:{kind} w:id="{id}">{text}</w:{kind}>' for id, text in enumerate(texts, start=1))


def pack(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def files(*body: str, **others: str) -> dict[str, bytes]:
    """The files of a Word document with this body; `others` are the insides of further parts."""
    related = "".join(f'<Relationship Id="r{n}" Type="{OFFICE}/{n}" Target="{n}.xml"/>' for n in others)
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    main = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    return {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations.format(main).encode(),
        "word/document.xml": part("document", f"<w:body>{''.join(body)}<w:sectPr/></w:body>"),
        "word/_rels/document.xml.rels": relations.format(related).encode(),
        **{f"word/{name}.xml": part(name, inside) for name, inside in others.items()},
    }


def read(path: Path, *body: str, **others: str) -> Document:
    """The document of such a file, as it is read from disk."""
    path /= "report.docx"
    path.write_bytes(pack(files(*body, **others)))
    return documents.read(str(path))


def texts(document: Document) -> list[str]:
    assert document.error is None, document.error
    return [document.text[block.start : block.end] for block in document.blocks]
