"""A small PDF writer for Chinese text: STSong-Light by name, so that no font needs to be embedded, and text that can be read out again."""

from dataclasses import dataclass, field

from data_samples.manuscript import Line

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 595, 842, 72, 770, 80
_LINE, _SIZE = 24, 14


@dataclass(slots=True)
class _Pages:
    streams: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = _TOP

    def room(self, needed: float) -> None:
        """Start a new page where the present one has no room."""
        if self.y - needed < _BOTTOM:
            self.streams.append([])
            self.y = _TOP

    def put(self, text: str, x: float, size: float) -> None:
        """One string at the present height."""
        code = text.encode("utf-16-be").hex().upper()
        self.streams[-1].append(f"BT /F1 {size} Tf 1 0 0 1 {x:.1f} {self.y:.1f} Tm <{code}> Tj ET")

    def rule(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """A thin line."""
        self.streams[-1].append(f"0.5 w {x:.1f} {y:.1f} m {to_x:.1f} {to_y:.1f} l S")


def text_width(text: str, size: float) -> float:
    """The width of a string: half an em for ASCII, an em for the rest."""
    return sum(size / 2 if " " <= char <= "~" else size for char in text)


def _wrap(text: str, size: float, width: float) -> list[str]:
    rows, row = [], ""
    for char in text:
        if text_width(row + char, size) > width and char not in "，。；：、）”》":
            rows.append(row)
            row = ""
        row += char
    return [*rows, row]


def _flow(pages: _Pages, text: str, *, size: float = _SIZE, centred: bool = False, indent: bool = False) -> None:
    width = _WIDTH - 2 * _LEFT
    for row in _wrap(("\u3000\u3000" if indent else "") + text, size, width):
        pages.room(_LINE)
        shift = max(0.0, (width - text_width(row, size)) / 2) if centred else 0.0
        pages.put(row, _LEFT + shift, size)
        pages.y -= _LINE


def _table(pages: _Pages, rows: list[Line]) -> None:
    columns = len(rows[0].cells)
    widths = (
        [40.0, *[(_WIDTH - 2 * _LEFT - 40) / (columns - 1)] * (columns - 1)]
        if columns > 2
        else [(_WIDTH - 2 * _LEFT) / columns] * columns
    )
    edges = [_LEFT + sum(widths[:place]) for place in range(columns + 1)]
    for row in rows:
        pages.room(_LINE)
        top, bottom = pages.y + 16, pages.y - 8
        for cell, x in zip(row.cells, edges, strict=False):
            pages.put(cell, x + 4, 12)
        for y in (top, bottom):
            pages.rule(edges[0], y, edges[-1], y)
        for x in edges:
            pages.rule(x, top, x, bottom)
        pages.y -= _LINE


def write_pdf(lines: tuple[Line, ...]) -> bytes:
    """A PDF of the lines, with page numbers at the foot."""
    pages = _Pages()
    table: list[Line] = []
    for line in (*lines, Line("empty", "")):
        if line.mark != "row" and table:
            _table(pages, table)
            table = []
        match line.mark:
            case "row":
                table.append(line)
            case "title":
                _flow(pages, line.text, size=18, centred=True)
                pages.y -= 18
            case "about":
                _flow(pages, line.text, size=12, centred=True)
            case "chapter":
                _flow(pages, line.text, size=16, centred=True)
            case "article" | "paragraph":
                _flow(pages, line.numbered, indent=True)
            case _:
                pass
    for number, stream in enumerate(pages.streams, start=1):
        code = f"— {number} —".encode("utf-16-be").hex().upper()
        stream.append(f"BT /F1 10 Tf 1 0 0 1 {_WIDTH / 2 - 18:.1f} 40 Tm <{code}> Tj ET")
    return _assemble(["\n".join(stream).encode("ascii") for stream in pages.streams])


def _assemble(streams: list[bytes]) -> bytes:
    kids = " ".join(f"{6 + 2 * place} 0 R" for place in range(len(streams)))
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 /W [1 95 500] "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 752 "
        b"/Descent -271 /CapHeight 737 /StemV 58 >>",
    ]
    for place, stream in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {7 + 2 * place} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream")
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
