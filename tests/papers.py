"""Official documents made for tests: as a Word file, with numbers that Word itself makes, and as a PDF file."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfReader, PdfWriter

_FONT = """<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /ToUnicode 5 0 R /DescendantFonts [
<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)
/Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Song /Flags 4 >> >> ] >>"""
_TO_UNICODE = """begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap"""


def pdf(pages: Sequence[Sequence[str]], password: str = "") -> bytes:
    """A PDF file with these lines on its pages; a page without lines is like a scanned one."""
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< >>",
        _FONT,
        _stream(_TO_UNICODE),
    ]
    for number, lines in enumerate(pages):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * number} 0 R "
            "/Resources << /Font << /F 4 0 R >> >> >>",
            _stream("\n".join(_shown(line, 800 - 20 * row) for row, line in enumerate(lines))),
        ]
    written, places = "%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    written += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\n"
    raw = f"{written}startxref\n{written.index('xref')}\n%%EOF".encode("latin-1")
    return _locked(raw, password) if password else raw


def docx(*blocks: str | tuple[int, str] | Sequence[Sequence[str]]) -> bytes:
    """A Word file of paragraphs, of paragraphs that Word numbers 一、 or （一） by their depth, and of tables."""
    document = Document()
    _add_numbering(document)
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
        elif isinstance(block, tuple):
            depth, text = block
            number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
            document.add_paragraph(text)._p.get_or_add_pPr().append(parse_xml(number))
        else:
            table = document.add_table(rows=0, cols=len(block[0]))
            for row in block:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _add_numbering(document: object) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/></w:lvl>'
        for depth, (kind, shown) in enumerate([("chineseCounting", "%1、"), ("chineseCounting", "（%2）")])
    )
    numbering = document.part.numbering_part.element  # type: ignore[attr-defined]
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _shown(line: str, height: int) -> str:
    return f"BT /F 14 Tf 60 {height} Td <{line.encode('utf-16-be').hex()}> Tj ET"


def _locked(raw: bytes, password: str) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(raw)))
    writer.encrypt(password, algorithm="AES-256")
    saved = io.BytesIO()
    writer.write(saved)
    return saved.getvalue()
