"""What a document says about itself: title, number, issuer, dates in force, region and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policies.diagnostics import Diagnostic, info, warning
from policies.document import PolicyText
from policies.headlines import (
    HeadLine,
    has_label,
    head_lines,
    is_company_page,
    labelled,
    number_on_own_line,
    simplified,
    squeeze,
)
from policies.jurisdiction import region_of_document
from policies.kinds import kind_of
from policies.titles import TitleFound, find_signature, find_title, issuers_in_title
from policies.validity import Validity, first_day, last_day, read_period, read_validity, whole_date

# They speak of another document's dates.
_WITHOUT_VALIDITY = frozenset({"interpretation", "list", "speech"})
_LONG_LINE = 24
_ENDS = tuple("。；：！？;:!?）)】》”")


@dataclass(frozen=True, slots=True)
class DocumentMetadata:
    """The contract's `document`; a None says that the text does not tell. `effective_to` is the last day in force.

    `bears_items`: whether a document of this kind can grant anything (no speech, interpretation, list or mere plan can).
    """

    title: str | None
    doc_number: str | None
    issuer: tuple[str, ...]
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    region: str | None
    kind: str
    bears_items: bool = True

    def to_json(self, document_id: str) -> dict[str, object]:
        """The `document` object of rules.schema.json."""
        return {
            "id": document_id,
            "title": self.title,
            "doc_number": self.doc_number,
            "issuer": list(self.issuer),
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "effective_to": self.effective_to.isoformat() if self.effective_to else None,
            "region": self.region,
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class Description:
    """The metadata of a text and what was odd about them."""

    metadata: DocumentMetadata
    diagnostics: tuple[Diagnostic, ...]


def describe(text: PolicyText) -> Description:
    """Read the metadata of `text` from its own words; nothing is taken from its file name but a title of last resort."""
    plain_text = simplified(text.text)
    lines = head_lines(text.text, plain_text)
    joined = joined_plain(lines)
    is_card = has_label(lines, "basis") and has_label(lines, "issuer")
    is_repost = is_company_page(lines)
    title = find_title(lines, hint=text.title_hint, is_card=is_card, file_name=text.name)
    number = _number(lines)
    signature = find_signature(lines)
    issuer = _issuers(lines, title, signature.organs if signature else ())
    issued_on = _issued_on(lines, title, signature.day if signature else None, is_repost=is_repost) or (
        None if is_repost else text.published_hint
    )
    kind = kind_of(title.plain, joined, is_card=is_card, is_repost=is_repost, span=(title.start, title.end))
    validity = Validity() if kind.kind in _WITHOUT_VALIDITY else _validity(lines, joined, issued_on)
    region = region_of_document(
        title=title.plain, issuers=tuple(squeeze(simplified(name)) for name in issuer), lines=lines, number=number
    )
    metadata = DocumentMetadata(
        title=title.text or None,
        doc_number=number,
        issuer=issuer,
        issued_on=issued_on,
        effective_from=validity.effective_from,
        effective_to=validity.effective_to,
        region=region,
        kind=kind.kind,
        bears_items=kind.bears_items,
    )
    return Description(metadata, (*kind.diagnostics, *_oddities(metadata, validity)))


def joined_plain(lines: tuple[HeadLine, ...]) -> str:
    """The squeezed lines with hard wraps undone: a long line that ends no sentence goes on with the next one."""
    parts: list[str] = []
    for line in lines:
        parts.append(line.plain)
        if len(line.plain) < _LONG_LINE or line.plain.endswith(_ENDS):
            parts.append("\n")
    return "".join(parts)


def _number(lines: tuple[HeadLine, ...]) -> str | None:
    """The number behind its label; as it stands above the text where both give the same one (〔2017〕, not [2017])."""
    by_label = labelled(lines, "number")
    own_line = number_on_own_line(lines)
    named = by_label is not None and "关于" in by_label  # an empty label: the title stands on the next line
    if by_label is not None and not named and any(character.isdigit() for character in by_label):
        if own_line is not None and _digits(own_line[1]) == _digits(by_label):
            return own_line[1]
        return by_label
    return own_line[1] if own_line else None


def _digits(words: str) -> str:
    return "".join(character for character in words if character.isdigit())


def _issuers(lines: tuple[HeadLine, ...], title: TitleFound, signed: tuple[str, ...]) -> tuple[str, ...]:
    """Who signed; else who the title names; else who is named behind a label (often only the page's owner)."""
    by_label = labelled(lines, "issuer")
    under_title = (title.organ,) if title.organ is not None else ()
    return signed or issuers_in_title(title) or under_title or ((by_label,) if by_label is not None else ())


def _issued_on(lines: tuple[HeadLine, ...], title: TitleFound, signed: date | None, *, is_repost: bool) -> date | None:
    written = labelled(lines, "written")
    if written is not None and (day := whole_date(squeeze(written))):
        return day
    if signed is not None:
        return signed
    if title.day is not None:
        return title.day
    issued = None if is_repost else labelled(lines, "issued")
    return whole_date(squeeze(issued)) if issued is not None else None


def _validity(lines: tuple[HeadLine, ...], joined: str, issued_on: date | None) -> Validity:
    """The text's own closing provisions first; what they leave open, the labels around the text tell."""
    stated = read_validity(joined, issued_on)
    begin, until = stated.effective_from, stated.effective_to
    if begin is None and (words := labelled(lines, "effective")) is not None:
        begin = first_day(squeeze(words))
    if until is None and (words := labelled(lines, "expires")) is not None:
        until = last_day(squeeze(words))
    if (words := labelled(lines, "period")) is not None:
        period = read_period(squeeze(words))
        begin, until = begin or period.effective_from, until or period.effective_to
    return Validity(begin, until, stated.from_issue, stated.start, stated.end)


def _oddities(metadata: DocumentMetadata, validity: Validity) -> list[Diagnostic]:
    notes: list[Diagnostic] = []
    begin, until = metadata.effective_from, metadata.effective_to
    if begin and until and until < begin:
        notes.append(warning("dates.contradictory", f"施行日期 {begin} 晚于失效日期 {until},请核对"))
    if begin and metadata.issued_on and (metadata.issued_on - begin).days > 400:
        notes.append(info("dates.retroactive", f"施行日期 {begin} 早于发文日期 {metadata.issued_on} 一年以上,请核对"))
    if validity.from_issue and metadata.issued_on is None:
        notes.append(info("dates.issue_unknown", "文件自印发之日起施行,但正文没有印发日期,请补充"))
    if metadata.region is None:
        notes.append(warning("region.unclear", "无法判断文件属于哪个地区,“本市”“本区”等条件暂无法判断,请补充"))
    return notes
