"""Errors of the features package.

FeatureError
├── UnknownFact          a name that the catalogue does not know
├── FactTypeMismatch     a value that is not of the fact's type
├── PeriodError          a period or duration that cannot be read
└── SourceError          an extract or mapping that cannot be used at all
"""


class FeatureError(Exception):
    """Anything the features package refuses."""


class UnknownFact(FeatureError):
    """A fact id that does not stand in the catalogue."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"指标“{fact}”不在指标目录中;请检查拼写,或先在 features/catalogue.toml 中登记该指标")
        self.fact = fact


class FactTypeMismatch(FeatureError):
    """A value whose type is not the fact's type; the value itself is never named."""

    def __init__(self, fact: str, *, expected: str, got: str) -> None:
        super().__init__(f"指标“{fact}”的取值类型应为 {expected},实际为 {got};请检查该指标的数据来源映射")
        self.fact, self.expected, self.got = fact, expected, got


class PeriodError(FeatureError):
    """A period or duration that is not in the contract's form, or out of range."""


class SourceError(FeatureError):
    """An extract or a source mapping that cannot be used; the message says what to do, in Chinese."""
