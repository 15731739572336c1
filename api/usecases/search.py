"""Finding policy files by words, for officers and for enterprises that would rather look than be told."""

from dataclasses import dataclass
from functools import lru_cache

from api.access import Actor, require
from api.db.unit_of_work import UnitOfWork
from api.records import PolicyDocument
from policies.search import PolicySearch

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A policy that answers the query, best first; `score` 0 to 1."""

    policy: PolicyDocument
    score: float


class _Corpus:
    """The policies of one moment; equal where nothing was imported or changed since, so that the index is made once."""

    def __init__(self, policies: tuple[PolicyDocument, ...]) -> None:
        self.policies = policies
        self._stamp = tuple((p.id, p.state) for p in policies)

    def __hash__(self) -> int:
        return hash(self._stamp)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Corpus) and other._stamp == self._stamp


def search_policies(query: str, actor: Actor, *, limit: int = 20, uow: UnitOfWork) -> tuple[Found, ...]:
    """The policies that share words with `query`; refused and quarantined files are not searched."""
    require(actor, "policies:read")
    corpus = _Corpus(_readable(uow))
    by_id = {p.id: p for p in corpus.policies}
    return tuple(Found(by_id[hit.id], hit.score) for hit in _index(corpus).find(query[:200], limit=limit))


def _readable(uow: UnitOfWork) -> tuple[PolicyDocument, ...]:
    found: list[PolicyDocument] = []
    cursor: str | None = None
    with uow:
        policies = uow.of(PolicyDocument)
        while True:
            page = policies.page(policies.c.state == "parsed", cursor=cursor, limit=_PAGE)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return tuple(found)


@lru_cache(maxsize=2)
def _index(corpus: _Corpus) -> PolicySearch:
    return PolicySearch([(p.id, p.title, p.text) for p in corpus.policies])
