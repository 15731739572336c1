"""Two columns about the same enterprises: one laid into the other, where they differ, where one refines the other; columns of lists."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.industries import under_industry
from features.snapshot import canonical

Mask = npt.NDArray[np.bool_]


def without(array: pa.Array, mask: Mask) -> pa.Array:
    """The column with nulls where the mask is set."""
    return (
        pc.if_else(pa.array(mask), pa.scalar(None, array.type), array)
        if not pa.types.is_dictionary(array.type)
        else _masked(array, mask)
    )


def _masked(array: pa.DictionaryArray, mask: Mask) -> pa.DictionaryArray:
    indices = pc.if_else(pa.array(mask), pa.scalar(None, array.indices.type), array.indices)
    return pa.DictionaryArray.from_arrays(indices, array.dictionary)


def filled(first: pa.Array, second: pa.Array) -> pa.Array:
    """The first column, and the second where the first is null."""
    if pa.types.is_dictionary(first.type) and pa.types.is_dictionary(second.type):
        words, here, there = in_one_dictionary(first, second)
        return pa.DictionaryArray.from_arrays(pc.coalesce(here, there), words)
    if pa.types.is_dictionary(first.type):
        return pc.coalesce(first.cast(pa.string()), second.cast(pa.string())).dictionary_encode()
    return pc.coalesce(first, second.cast(first.type))


def in_one_dictionary(first: pa.DictionaryArray, second: pa.DictionaryArray) -> tuple[pa.StringArray, pa.Int32Array, pa.Int32Array]:
    """The words of both columns, and the places of each column's words among them."""
    place: dict[str, int] = {}
    places = [
        np.array([place.setdefault(word, len(place)) for word in column.dictionary.to_pylist()] + [0], np.int32)
        for column in (first, second)
    ]
    here, there = (
        pa.array(
            where[column.indices.fill_null(0).to_numpy(zero_copy_only=False)],
            mask=column.indices.is_null().to_numpy(zero_copy_only=False),
        )
        for where, column in zip(places, (first, second), strict=True)
    )
    return pa.array(list(place), pa.string()), here, there


def words_differ(here: pa.DictionaryArray, there: pa.DictionaryArray, *, nested: bool) -> Mask:
    """Whether the codes differ; where codes nest (39 and 3911), a coarser one does not contradict a finer one."""
    a, b = here.indices.to_numpy().astype(np.int64), there.indices.to_numpy().astype(np.int64)
    words_a, words_b = here.dictionary.to_pylist(), there.dictionary.to_pylist()
    width = len(words_b) + 1
    pairs, place = np.unique(a * width + b, return_inverse=True)

    def differ(pair: int) -> bool:
        one, other = words_a[pair // width], words_b[pair % width]
        return not (one == other or (nested and (under_industry(one, other) or under_industry(other, one))))

    return np.array([differ(int(pair)) for pair in pairs], bool)[place]


def finer_than(values: pa.DictionaryArray, other: pa.DictionaryArray) -> Mask:
    """Where another source names a class below the one that was believed: it refines it and does not contradict it."""
    both = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False) & other.is_valid().to_numpy(zero_copy_only=False))
    mask = np.zeros(len(values), bool)
    if len(both):
        a = values.indices.take(pa.array(both)).to_numpy().astype(np.int64)
        b = other.indices.take(pa.array(both)).to_numpy().astype(np.int64)
        words_a, words_b = values.dictionary.to_pylist(), other.dictionary.to_pylist()
        pairs, place = np.unique(a * (len(words_b) + 1) + b, return_inverse=True)
        below = [words_b[p % (len(words_b) + 1)] for p in pairs]
        above = [words_a[p // (len(words_b) + 1)] for p in pairs]
        mask[both] = np.array([under_industry(one, top) and one != top for one, top in zip(below, above, strict=True)], bool)[place]
    return mask


def list_column(entries: pa.Table, ents: npt.NDArray[np.int32], known: Mask, *, as_events: bool) -> pa.Array:
    """A list column: the entries (ordered by enterprise) of those that are known, [] for the known without any, null for the others."""
    keep = known[ents] if len(ents) else np.zeros(0, bool)
    kept = entries.filter(pa.array(keep))
    counts = np.bincount(ents[keep], minlength=len(known))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    code = canonical(kept.column("code"))
    if as_events:
        fields = [pa.field("code", pa.string()), pa.field("on", pa.date32()), pa.field("first", pa.bool_())]
        values: pa.Array = pa.StructArray.from_arrays(
            [code, canonical(kept.column("on")), canonical(kept.column("first"))], fields=fields
        )
    else:
        values = code
    bitmap = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little").tobytes())
    kind = pa.list_(values.type)
    return pa.Array.from_buffers(kind, len(known), [bitmap, pa.py_buffer(offsets)], children=[values])


def in_row_order(first: pa.Table, second: pa.Table) -> pa.Table:
    """The rows of two tables about different enterprises, each ordered by `ent`, as one ordered by `ent`; null where one lacks a column."""
    both = pa.concat_tables([first, second], promote_options="permissive")
    return both.take(pa.array(np.argsort(both.column("ent").to_numpy(), kind="stable")))
