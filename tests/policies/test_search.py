"""Words and search: names stay whole, places are right, and what is asked for comes first."""

from hypothesis import given
from hypothesis import strategies as st

from policies.search import PolicySearch
from policies.segmenter import cut_at_word, search_words, words

POLICIES = [
    ("a", "关于支持高新技术企业发展的若干措施", "对首次认定的高新技术企业,给予一次性奖励20万元。"),
    ("b", "稳岗返还实施办法", "足额缴纳失业保险费十二个月以上、裁员率不高于规定比例的企业,返还失业保险费。"),
    ("c", "首台套重大技术装备奖励细则", "经认定的首台(套)重大技术装备,按销售额的10%给予奖励。"),
]


def test_names_of_the_field_stay_whole() -> None:
    text = "支持高新技术企业和专精特新企业免申即享"
    assert {"高新技术企业", "免申即享"} <= {w.text for w in words(text)}


@given(st.text(alphabet=st.sampled_from("高新技术企业认定奖励a1,。\n 万元"), max_size=80))
def test_every_word_is_the_text_at_its_place_and_words_never_overlap(text: str) -> None:
    last = 0
    for word in words(text):
        assert text[word.start : word.end] == word.text
        assert word.start >= last
        last = word.end


@given(st.text(max_size=60), st.integers(1, 30))
def test_a_title_cut_at_a_word_is_a_beginning_of_it_and_fits(text: str, most: int) -> None:
    cut = cut_at_word(text, most)
    assert text.startswith(cut)
    assert len(cut) <= most


def test_what_is_asked_for_comes_first() -> None:
    search = PolicySearch(POLICIES)
    for query, wanted in (("高企奖励 高新技术企业", "a"), ("失业保险 稳岗", "b"), ("首台套", "c"), ("技术装备", "c")):
        assert search.find(query)[0].id == wanted, query


def test_words_that_stand_nowhere_find_nothing() -> None:
    search = PolicySearch(POLICIES)
    assert search.find("区块链") == ()
    assert search.find("") == ()
    assert PolicySearch([]).find("高新") == ()


def test_a_long_word_is_found_by_the_shorter_ones_in_it() -> None:
    assert "技术" in search_words("高新技术企业")
