"""Names of invented enterprises: place, a made-up trade name, a line of business, a legal form. Any likeness to a real one is chance."""

import numpy as np

from data_samples.params import Ints, Objects, population

_FIRST = "云澜宸沐朗恒翊曜沁岚珩屹煜皓禹衡翰铭霁钧琮晟垚璟昕睿汐凌沣泓翎穹葳蔚筠桉楷樾淇湛漪澄烁焱"
_SECOND = "启越驰辰途迈筑禾谷川屿帆舟栎柏榆芃芯芸葵蕴衍策算语图域链格桥梁岸埠径程轨辙轮毂弧矩阵列"
_THIRD = "泰达信源达通宏旭博安瑞佳邦维拓联"
_FORMS = {
    "1110": "有限公司", "1130": "有限公司", "1140": "有限公司", "1151": "有限公司", "1222": "股份有限公司", "4540": "厂",
    "4533": "合伙企业(有限合伙)", "3200": "厂", "5150": "有限公司", "5110": "有限公司", "6150": "有限公司", "6110": "有限公司",
    "9100": "专业合作社", "1212": "股份有限公司", "1211": "股份有限公司", "1213": "股份有限公司",
}  # fmt: skip


def trade_names(rng: np.random.Generator, count: int) -> Objects:
    """Two- or three-character trade names; about three in ten have three characters."""
    first, second, third = (np.array(list(chars), dtype=object) for chars in (_FIRST, _SECOND, _THIRD))
    two = first[rng.integers(len(first), size=count)] + second[rng.integers(len(second), size=count)]
    tail = third[rng.integers(len(third), size=count)]
    return np.asarray(np.where(rng.random(count) < 0.3, two + tail, two))


def company_names(rng: np.random.Generator, *, words: Objects, types: Objects, districts: Objects) -> Objects:
    """Distinct full names for enterprises that are no branches, in the positions of `words`."""
    count = len(words)
    city, short = population()["region"]["city_name"], population()["region"]["city_short"]
    form = np.array([_FORMS.get(code, "有限公司") for code in types], dtype=object)
    form = np.where((form == "有限公司") & (rng.random(count) < 0.05), "有限责任公司", form)
    style = rng.random(count)
    names = np.empty(count, dtype=object)
    todo = np.arange(count)
    taken: set[str] = set()
    while len(todo):
        trade = trade_names(rng, len(todo))
        for index, core in zip(todo.tolist(), trade.tolist(), strict=True):
            names[index] = _place(core + words[index], float(style[index]), city, short, districts[index]) + form[index]
        todo = np.array([index for index in todo.tolist() if _is_taken(names[index], taken)], dtype=np.int64)
    return names


def _place(core: str, style: float, city: str, short: str, district: str) -> str:
    """The place before, in brackets inside, or left out (params: names_2019.region_position_share)."""
    if style < 0.56:
        return short + core
    if style < 0.62:
        bracket = f"({short})" if style < 0.59 else f"（{short}）"
        return core[:2] + bracket + core[2:]
    if style < 0.95:
        return (city if style < 0.85 else city + district) + core
    return core


def _is_taken(name: str, taken: set[str]) -> bool:
    if name in taken:
        return True
    taken.add(name)
    return False


def branch_names(parents: Objects, districts: Objects, order: Ints) -> Objects:
    """Names of branches: the parent's name, a place, and the form; `order` counts the branches of one parent in one place."""
    return np.array(
        [
            f"{parent}{district.rstrip('区')}{'' if number == 0 else '第' + '一二三四五六七八九十'[min(number, 9)]}分公司"
            for parent, district, number in zip(parents, districts, order.tolist(), strict=True)
        ],
        dtype=object,
    )


def variant(rng: np.random.Generator, name: str) -> str:
    """`name` as another office might write it: other brackets, another form, spaces, a place dropped, cut off."""
    choice = int(rng.integers(6))
    if choice == 0 and ("(" in name or "（" in name):
        return name.replace("(", "（").replace(")", "）") if "(" in name else name.replace("（", "(").replace("）", ")")
    if choice == 1:
        return name.replace("有限责任公司", "有限公司") if "有限责任" in name else name.replace("有限公司", "有限责任公司")
    if choice == 2:
        return name + "\u3000"
    if choice == 3 and name.startswith(("广州市", "广州")):
        return name[3:] if name.startswith("广州市") else "广州市" + name[2:]
    if choice == 4 and len(name) > 12:
        return name[:-2]
    return name[:4] + " " + name[4:]
