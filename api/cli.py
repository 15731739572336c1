"""The command line `mianshen`: files in, files out, and the service. Words shown to users are Chinese; `--help` is in both languages.

Exit status: 0 done, 2 bad usage, 3 some inputs were refused. Progress goes to stderr, and only to a terminal.
Imports of the heavy parts stand inside the commands, so that `--help` and `settings` answer at once.
"""

import re
import sys
from datetime import date
from pathlib import Path
from typing import IO, Any

import click

from features.errors import SourceError

REFUSED = 3
_DIR = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(path_type=Path)


class IsoDate(click.ParamType):  # type: ignore[type-arg]  # generic only to type checkers
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error that says which form is wanted."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是有效日期;请写成 2026-11-20 的形式", param, ctx)


def note(text: str) -> None:
    """Progress for a person at a terminal; silent in pipes and logs."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


class Misused(click.UsageError):
    """A usage error in Chinese that says how to see the right usage; exit status 2 as for any other."""

    def show(self, file: IO[str] | None = None) -> None:
        """One line for what is wrong, one for what to do."""
        where = self.ctx.command_path if self.ctx else "mianshen"
        click.echo(f"用法有误:{self.message}\n查看用法:{where} --help", file=file, err=file is None)


def in_chinese(error: click.UsageError) -> Misused:
    """The same error in Chinese; a message of our own stands as it is."""
    match error:
        case click.MissingParameter():
            hint = error.param.get_error_hint(error.ctx) if error.param and error.ctx else error.param_hint
            words = f"缺少必填项 {str(hint).replace(chr(39), '')}"
        case click.NoSuchOption():
            near = f";是不是 {'、'.join(error.possibilities)}?" if error.possibilities else ""
            words = f"没有选项 {error.option_name}{near}"
        case click.BadParameter(message=message):
            hint = error.param.opts[0] if error.param else error.param_hint or ""
            for pattern, replacement in _USAGE_WORDS:
                message = re.sub(pattern, replacement, message)
            words = f"{hint}:{message}"
        case _:
            words = error.message
            for pattern, replacement in _USAGE_WORDS:
                words = re.sub(pattern, replacement, words)
    return Misused(words, error.ctx)


_USAGE_WORDS = (
    (r"^(?:File|Directory|Path) '(.*)' does not exist\.$", r"“\1”不存在;请核对路径"),
    (r"^(?:File|Directory) '(.*)' is a directory\.$", r"“\1”是文件夹,这里要一个文件"),
    (r"^(?:File|Directory) '(.*)' is a file\.$", r"“\1”是文件,这里要一个文件夹"),
    (r"^'(.*)' is not a valid integer(?: range)?\.$", r"“\1”不是整数"),
    (r"^(.*) is not in the range (.*)\.$", r"\1 不在范围 \2 之内"),
    (r"^No such command '(.*)'\.$", r"没有命令“\1”"),
    (r"^Option '(.*)' requires an argument\.$", r"选项 \1 后面缺少内容"),
    (r"^Got unexpected extra arguments? \((.*)\)$", r"多出的内容:\1"),
    (r"^Missing command\.$", "缺少命令"),
)


class Commands(click.Group):
    """The commands, whose usage errors are told in Chinese."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click's, with its usage errors in Chinese."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            raise in_chinese(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        """As click's, with its usage errors in Chinese; extracts that cannot be used at all are an error of the same kind."""
        try:
            return super().invoke(ctx)
        except SourceError as error:
            raise Misused(str(error), ctx) from error
        except click.UsageError as error:
            raise in_chinese(error) from error


def _finish(refused: int) -> None:
    if refused:
        sys.exit(REFUSED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mianshen")
def main() -> None:
    """mianshen 免申:读懂惠企政策,认识企业,判定谁能享受、享受多少,并说明理由。"""


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=_OUT, help="结果目录 / output folder")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 16), help="并行进程数 / worker processes")
def parse(files: tuple[Path, ...], out: Path, workers: int) -> None:
    """Parse policy files (txt html pdf docx doc) into rules: DIR/<stem>.json, or DIR/<stem>.error.json with the reason."""
    from policies.batch import parse_files

    out.mkdir(parents=True, exist_ok=True)
    summary = parse_files(list(files), out_dir=out, workers=workers)
    for outcome in summary.refused:
        click.echo(f"{outcome.path.name}:{outcome.message}", err=True)
    note(f"已解析 {len(summary.parsed)} 份,未能解析 {len(summary.refused)} 份")
    _finish(len(summary.refused))


@main.command()
@click.option("--rules", required=True, type=_DIR, help="规则文件目录 / folder of rule documents")
@click.option("--profiles", "profiles_file", required=True, type=_FILE, help="企业档案 JSONL / profiles")
@click.option("--as-of", required=True, type=IsoDate(), help="基准日 / the day the question is about")
@click.option("--out", required=True, type=_OUT, help="结果 JSONL / one line per (profile, item)")
def decide(rules: Path, profiles_file: Path, as_of: date, out: Path) -> None:
    """Decide every profile against every item, in the contract's form."""
    from api.files import decide_file

    refused = decide_file(rules, profiles_file, as_of=as_of, out=out)
    _finish(refused)


@main.command()
@click.option("--records", required=True, type=_DIR, help="部门数据目录 / departmental extracts, one folder per source")
@click.option("--as-of", required=True, type=IsoDate(), help="基准日 / as-of day")
@click.option("--out", required=True, type=_OUT, help="企业档案 JSONL / profiles")
def profiles(records: Path, as_of: date, out: Path) -> None:
    """Build enterprise profiles from departmental extracts; FILE.report.json says what was linked, refused, missing and why."""
    from api.refusals import write_profiles_of

    report, lines = write_profiles_of(records, as_of, out)
    for line in lines:
        click.echo(line, err=True)
    note(f"企业档案已写入 {out}")
    _finish(report.refused_rows)


@main.command()
@click.option("--records", required=True, type=_DIR, help="部门数据目录 / departmental extracts")
@click.option("--policies", "policies_dir", required=True, type=_DIR, help="政策文件目录 / policy files")
@click.option("--as-of", required=True, type=IsoDate(), help="基准日 / as-of day")
@click.option("--out", required=True, type=_OUT, help="结果目录 / output folder")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 16), help="并行进程数 / worker processes")
@click.option("--reveal", is_flag=True, help="结果中显示税务、社保等敏感数值(默认遮蔽) / show sensitive figures")
def match(records: Path, policies_dir: Path, as_of: date, out: Path, workers: int, reveal: bool) -> None:
    """The whole main job from files to ranked matches with reasons: matches.jsonl and a workbook for people."""
    from api.pipeline import match_files

    if not any(entry.is_file() for entry in policies_dir.iterdir()):
        raise click.BadParameter(f"“{policies_dir}”中没有文件;请给出存放政策文件的目录", param_hint="--policies")
    outcome = match_files(records, policies_dir, as_of=as_of, out=out, workers=workers, reveal=reveal, progress=note)
    for line in outcome.troubles:
        click.echo(line, err=True)
    click.echo(outcome.summary())
    _finish(outcome.refused)


@main.command()
@click.option("--records", required=True, type=_DIR, help="部门数据目录 / departmental extracts")
@click.option("--as-of", required=True, type=IsoDate(), help="基准日 / as-of day")
@click.option("--out", required=True, type=_OUT, help="数据质量工作簿 FILE.xlsx / workbook")
def quality(records: Path, as_of: date, out: Path) -> None:
    """Say how good the extracts are, by department, source, fact and reason, with every row that was not used, as a workbook."""
    from api.qualitybook import quality_book_of

    if out.suffix.lower() != ".xlsx":
        raise click.BadParameter("请给出以 .xlsx 结尾的文件名", param_hint="--out")
    out.parent.mkdir(parents=True, exist_ok=True)
    report = quality_book_of(records, as_of, out)
    refused = sum(source.refused for source in report.sources)
    click.echo(f"企业 {report.enterprises:,} 家,未采用的记录 {refused:,} 行;数据质量报告:{out}")
    _finish(refused)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8321, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Run the service: API under /v1, OpenAPI at /openapi.json, pages at /."""
    from api.serving import serve_app

    serve_app(host=host, port=port)


@main.command()
@click.option("--reason", required=True, help="为什么要重新留存,写入审计记录 / why, kept in the audit log")
def anchor(reason: str) -> None:
    """Note the end of the audit log anew, after a legitimate restore, move or change of the master key."""
    from api.reanchor import renew

    sys.exit(renew(reason))


@main.command()
def settings() -> None:
    """List every setting with its environment variable, default and meaning; secrets are never shown."""
    from api.settings import settings_table

    click.echo(settings_table())


if __name__ == "__main__":
    main()
