"""Publish the sample policies: manuscripts to txt, html, docx and pdf files. `python -m data_samples.publish`."""

import html
import sys

from data_samples.docx_writer import write_docx
from data_samples.manuscript import PUBLISHED, Line, Manuscript, manuscripts
from data_samples.pdf_writer import write_pdf

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{title}_{column}_{site}</title>
<meta name="ArticleTitle" content="{title}">
<meta name="SiteName" content="{site}">
<meta name="ColumnName" content="{column}">
<link rel="stylesheet" href="/css/main.css">
<script>var siteId = 1; function fontZoom(n) {{ document.getElementById("zoom").style.fontSize = n + "px"; }}</script>
</head>
<body>
<div class="header"><a href="/">{site}</a>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/zmhd/">政民互动</a></li>
<li><a href="/fw/">政务服务</a></li></ul>
<form action="/search"><input type="text" name="q" placeholder="请输入关键字"><button>搜索</button></form></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <span>{column}</span></div>
<div class="article">
<h1>{title}</h1>
{about}
<div class="tools">字体：<a href="javascript:fontZoom(18)">大</a> <a href="javascript:fontZoom(14)">小</a> <a href="javascript:window.print()">打印</a></div>
<div class="content" id="zoom">
{body}
</div>
</div>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/a1.html">一图读懂有关政策</a></li><li><a href="/a2.html">关于优化服务流程的说明</a></li></ul></div>
<div class="footer"><p>主办：{site}　网站标识码：示例0000000　备案号：示例备案00000000号</p><p>本页内容为虚构示例</p></div>
</body>
</html>
"""


def published_bytes(manuscript: Manuscript) -> bytes:
    """The file as it is published, the same bytes every time."""
    render = manuscript.render
    match render["format"]:
        case "docx":
            return write_docx(manuscript.lines, automatic=render.get("numbering") != "plain")
        case "pdf":
            return write_pdf(manuscript.lines)
        case "html":
            return _page(manuscript).encode("utf-8")
        case "txt":
            return _plain(manuscript.lines).encode(render["encoding"])
        case other:
            raise ValueError(f"{manuscript.stem}: format {other!r} is none of txt, html, docx, pdf")


def _plain(lines: tuple[Line, ...]) -> str:
    return "".join(("\t".join(line.cells) if line.mark == "row" else line.numbered) + "\n" for line in lines)


def _page(manuscript: Manuscript) -> str:
    render, title = manuscript.render, next(line.text for line in manuscript.lines if line.mark == "title")
    about = "".join(f'<div class="info">{html.escape(line.text)}</div>\n' for line in manuscript.lines if line.mark == "about")
    body: list[str] = []
    for line in manuscript.lines:
        match line.mark:
            case "chapter":
                body.append(f'<p style="text-align:center"><strong>{html.escape(line.text)}</strong></p>')
            case "article" | "paragraph":
                body.append(f"<p>&emsp;&emsp;{html.escape(line.numbered)}</p>")
            case "row":
                cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in line.cells)
                body.append(f"<table><tr>{cells}</tr></table>")
            case _:
                pass
    return _PAGE.format(
        title=html.escape(title), site=render["site"], column=render["column"], about=about.rstrip(), body="\n".join(body)
    )


def main() -> int:
    """Write every published file."""
    for manuscript in manuscripts():
        path = PUBLISHED / manuscript.file_name
        path.write_bytes(published_bytes(manuscript))
        print(path.name, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
