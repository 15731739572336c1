"""Web pages: the main text of the usual Chinese CMS shapes, its tables, its hidden words and its attachments.

Known containers are tried first (they are exact), trafilatura where none is there. Both are compared; a page on which
they disagree is flagged, since either half the text or the page furniture may have been taken.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import trafilatura
from lxml import etree, html

from policies.diagnostics import Diagnostic, info, warning
from policies.document import Attachment
from policies.errors import UnreadablePolicy
from policies.reading.encoding import decode
from policies.reading.lines import LineBuilder, one_line

# Containers of the main text in the CMS products that Chinese governments use; the innermost names first.
SELECTORS: tuple[str, ...] = (
    "//*[@id='UCAP-CONTENT']",
    "//*[contains(@class,'TRS_Editor') or contains(@class,'trs_editor_view')]",
    "//*[contains(@class,'Custom_UnionStyle')]",
    "//*[@id='zoom' or @id='Zoom' or @id='zoomcon' or @id='zoomContent' or @id='info_cont']",
    "//*[contains(@class,'pages_content') or contains(@class,'content_article') or contains(@class,'article-content')]",
    "//*[contains(@class,'article_con') or contains(@class,'view-content') or contains(@class,'newsContent')]",
    "//*[contains(@class,'newsMain') or contains(@class,'art_con') or contains(@class,'xxgk_content')]",
    "//*[@id='vsb_content' or @id='js_content' or @id='articleContent' or @id='artibody']",
    "//article",
)
_ATTACHMENT = re.compile(r"\.(?:docx?|pdf|xlsx?|wps|et|pptx?|zip|rar|7z|ofd|txt|rtf)(?:[?#]|$)", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif)(?:[?#]|$)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_XML_PROLOG = re.compile(r"^\s{0,99}<\?xml[^>]{0,200}\?>")
_PUBLISHED = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_DROPPED = ("script", "style", "noscript", "template", "iframe", "object", "button", "select", "input", "svg", "head")
# fmt: off
_BREAKING = frozenset({
    "p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
    "header", "footer", "blockquote", "pre", "center", "form", "table", "tbody", "thead", "tr", "td", "th", "hr", "main",
    "body",
})
# fmt: on
_HIDDEN = re.compile(
    r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|"
    r"(?:font-size|opacity)\s{0,3}:\s{0,3}0(?:\.0{1,3})?(?:px|pt|em|%)?\s{0,3}(?:!important\s{0,3})?(?:;|$))",
    re.IGNORECASE,
)
_LEAST_TEXT = 40
_TRAFILATURA_LIMIT = 500_000  # its time is not linear in the size of a page
_MOST_COLUMNS = 60
_SAME_TITLE_WITHIN = 400


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page gave."""

    builder: LineBuilder
    encoding: str
    title: str | None
    published: date | None
    attachments: tuple[Attachment, ...]
    diagnostics: tuple[Diagnostic, ...]


def is_web_archive(data: bytes) -> bool:
    """Whether the bytes are a page saved with its pictures (mht), which offices often name .doc."""
    head = data[:2048].lower()
    return b"mime-version:" in head and b"multipart/related" in head


def read_html(data: bytes) -> PageReading:
    """Read a page; raises UnreadablePolicy where it holds no text."""
    if is_web_archive(data):
        data = _page_of_archive(data)
    label = _META_CHARSET.search(data[:4096])
    decoded = decode(data, label=label.group(1).decode("ascii") if label else None)
    source = _XML_PROLOG.sub("", decoded.text).replace("\0", "")
    tree = _parse(source)
    title, published = _title(tree), _published(tree)
    attachments = tuple(_attachments(tree))
    _drop_furniture(tree)
    trafilatura_text = _trafilatura_text(source)
    found = _main_root(tree)
    root = found if found is not None else _root_around(tree, trafilatura_text)
    hidden = _drop_hidden(tree, root)
    builder = LineBuilder()
    if title is not None:
        _put_title(builder, title, root)
    _walk(root, builder)
    if not builder.parts:
        raise UnreadablePolicy("no_text", "网页中没有正文文字(可能由脚本动态加载),请保存完整网页或上传附件原文")
    notes = [*decoded.diagnostics, *_hidden_notes(hidden)]
    notes += _method_notes(builder, trafilatura_text, by_selector=found is not None)
    if attachments:
        notes.append(info("html.attachments", f"页面链接了 {len(attachments)} 个附件,申报条件可能在附件中,请一并上传"))
    return PageReading(builder, decoded.encoding, title, published, attachments, tuple(notes))


def _page_of_archive(data: bytes) -> bytes:
    """The first page of a web archive."""
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    raise UnreadablePolicy("no_text", "网页存档中没有正文,请另存为 docx 或 pdf 后重新上传")


def _parse(source: str) -> html.HtmlElement:
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadablePolicy("no_text", "网页内容无法解析,请保存完整网页后重新上传") from None
    return tree


def _title(tree: html.HtmlElement) -> str | None:
    """The article's own title: the meta tag of the page standard, else the page's title before the site name."""
    for name in ("ArticleTitle", "articletitle", "og:title"):
        for meta in tree.xpath("//meta[@name=$n or @property=$n]", n=name):
            if text := one_line(meta.get("content") or ""):
                return text
    text = one_line(tree.findtext(".//title") or "")
    return re.split(r"\s?[|｜_]\s?|\s-{1,2}\s", text, maxsplit=1)[0] or None


def _published(tree: html.HtmlElement) -> date | None:
    for meta in tree.xpath("//meta[@name='PubDate' or @name='pubdate' or @name='publishdate']"):
        found = _PUBLISHED.search(meta.get("content") or "")
        if found:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def _attachments(tree: html.HtmlElement) -> Iterator[Attachment]:
    seen: set[str] = set()
    for link in tree.iter("a"):
        href = (link.get("href") or "").strip()
        title = one_line(link.text_content())
        named = title.startswith("附件") and not _IMAGE.search(href)
        if href in seen or href.lower().startswith(("javascript:", "mailto:", "#")) or not href:
            continue
        if named or _ATTACHMENT.search(href):
            seen.add(href)
            yield Attachment(title or href.rsplit("/", 1)[-1], href)


def _drop_furniture(tree: html.HtmlElement) -> None:
    """Remove scripts, styles and parts of forms."""
    for element in list(tree.iter(*_DROPPED)):
        _detach(element)


def _drop_hidden(tree: html.HtmlElement, root: html.HtmlElement) -> list[str]:
    """Remove invisible elements; returns the words hidden inside the main text: no reader may be steered by them."""
    hidden: list[str] = []
    kept = {root, *root.iterancestors()}
    for element in [found for found in tree.iter() if isinstance(found.tag, str) and found not in kept]:
        if element.get("hidden") is None and not _HIDDEN.search(element.get("style") or ""):
            continue
        if any(above is root for above in element.iterancestors()):
            hidden.append(one_line(element.text_content()))
        _detach(element)
    return [words for words in hidden if words]


def _detach(element: html.HtmlElement) -> None:
    """Take `element` out but leave the text behind it."""
    if element.getparent() is not None:
        element.drop_tree()


def _main_root(tree: html.HtmlElement) -> html.HtmlElement | None:
    """The longest container of the first selector that holds a text worth the name."""
    for selector in SELECTORS:
        found = [(_weight(element), element) for element in tree.xpath(selector)]
        if found:
            weight, element = max(found, key=lambda pair: pair[0])
            if weight >= _LEAST_TEXT:
                return element
    return None


def _weight(element: html.HtmlElement) -> int:
    """Characters of an element that are not inside links."""
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    return len(one_line(element.text_content())) - linked


def _trafilatura_text(source: str) -> str:
    if len(source) > _TRAFILATURA_LIMIT:
        return ""
    return trafilatura.extract(source, include_tables=True, include_comments=False) or ""


def _root_around(tree: html.HtmlElement, wanted: str) -> html.HtmlElement:
    """The smallest element that still holds nine tenths of what trafilatura found, else the page."""
    if not wanted:
        return tree
    target = 0.9 * _han(wanted)
    node = tree.find("body")
    node = tree if node is None else node
    while True:
        children = (child for child in node if isinstance(child.tag, str))
        inner = next((child for child in children if _han(child.text_content()) >= target), None)
        if inner is None or inner.tag in ("p", "table", "tbody", "tr"):
            return node
        node = inner


def _han(text: str) -> int:
    return sum("\u4e00" <= character <= "\u9fff" for character in text)


def _put_title(builder: LineBuilder, title: str, root: html.HtmlElement) -> None:
    """The title stands outside the container in most pages; put it first unless the text opens with it."""
    opening = re.sub(r"\s+", "", root.text_content()[: 4 * _SAME_TITLE_WITHIN])[:_SAME_TITLE_WITHIN]
    if re.sub(r"\s+", "", title) not in opening:
        builder.paragraph(title)


def _walk(root: html.HtmlElement, builder: LineBuilder) -> None:
    """Write the element's text, a line per block; data tables become rows of cells, layout tables are text."""
    pending: list[str] = []

    def flush() -> None:
        builder.paragraph("".join(pending))
        pending.clear()

    stack: list[tuple[html.HtmlElement, bool]] = [(root, False)]
    while stack:
        element, closing = stack.pop()
        if closing:
            if element.tag in _BREAKING:
                flush()
            if element is not root:
                pending.append(element.tail or "")
            continue
        if element.tag == "table" and _is_data_table(element):
            flush()
            builder.table(_rows(element))
            if element is not root:
                pending.append(element.tail or "")
            continue
        if not isinstance(element.tag, str):
            pending.append(element.tail or "")
            continue
        if element.tag in _BREAKING:
            flush()
        pending.append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
    flush()


def _is_data_table(table: html.HtmlElement) -> bool:
    """A table of short cells in columns, not one that lays out a page or frames a whole text."""
    if table.find(".//table") is not None:
        return False
    widths = [len(row.findall("td")) + len(row.findall("th")) for row in table.iter("tr")]
    return len(widths) >= 2 and max(widths) >= 2


def _rows(table: html.HtmlElement) -> Iterator[list[str]]:
    """Cells by row; a cell over several rows is repeated in each, so that every row reads by itself."""
    carried: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            _fill(cells, carried)
            if len(cells) >= _MOST_COLUMNS:
                break
            words = one_line(" ".join(cell.itertext()))
            column = len(cells)
            if (depth := _count(cell, "rowspan")) > 1:
                carried[column] = (depth - 1, words)
            cells.append(words)
            cells.extend("" for _ in range(_count(cell, "colspan") - 1))
        _fill(cells, carried)
        yield cells[:_MOST_COLUMNS]


def _fill(cells: list[str], carried: dict[int, tuple[int, str]]) -> None:
    while len(cells) < _MOST_COLUMNS and (held := carried.pop(len(cells), None)) is not None:
        left, words = held
        if left > 1:
            carried[len(cells)] = (left - 1, words)
        cells.append(words)


def _count(cell: html.HtmlElement, attribute: str) -> int:
    written = (cell.get(attribute) or "").strip()
    return min(int(written), 200) if written.isascii() and written.isdigit() and len(written) < 6 else 1


def _hidden_notes(hidden: list[str]) -> Iterator[Diagnostic]:
    if hidden:
        size = sum(map(len, hidden))
        yield warning("html.hidden_text", f"网页含 {len(hidden)} 段隐藏文字(共 {size} 字),未计入正文,请核对")


def _method_notes(builder: LineBuilder, trafilatura_text: str, *, by_selector: bool) -> Iterator[Diagnostic]:
    if not by_selector:
        yield info("html.main_text_guessed", "未识别网页模板,正文范围为自动判断,请核对首尾")
    ours, theirs = _han(builder.text), _han(trafilatura_text)
    if trafilatura_text and abs(ours - theirs) > 0.1 * max(ours, theirs, 1):
        message = f"两种正文提取方法结果相差较大({ours} 字与 {theirs} 字),请核对正文是否完整"
        yield warning("html.extractors_disagree", message)
