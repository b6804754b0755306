"""Readers: what becomes of real files of each format, and of broken ones."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pypdf
import pytest

from clew.core.errors import (
    BinaryFileError,
    BrokenFileError,
    DocumentTooLargeError,
    EmptyDocumentError,
    EncodingError,
    MissingPathError,
    SettingsError,
    UnsupportedFileError,
)
from clew.core.records import Document, Failure
from clew.core.settings import IngestionSettings
from clew.ingestion.readers import extensions, read_path, register
from clew.ingestion.readers.encoding import decode, detect
from clew.ingestion.readers.html import html_to_text
from clew.ingestion.readers.markdown import markdown_to_text


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(path: Path, **limits: int) -> Document:
    [found] = read_path(path, IngestionSettings(**limits))
    assert isinstance(found, Document)
    return found


def pdf_bytes(*pages: list[str], title: str = "") -> bytes:
    """A PDF written by hand: one font, one content stream a page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) >>" % title.encode("cp1252"),
    ]
    for i, lines in enumerate(pages):
        shown = b" T* ".join(b"(%s) Tj" % line.encode("cp1252") for line in lines)
        stream = b"BT /F1 12 Tf 14 TL 72 720 Td %s ET" % shown
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (6 + 2 * i)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (
        len(objects) + 1, table, len(objects) + 1,
    ) + b"startxref\n%d\n%%%%EOF\n" % len(data)  # fmt: skip


# --- text and encodings


def test_text_keeps_its_paragraphs_and_takes_its_title_from_the_file_name(tmp_path: Path) -> None:
    found = one(write(tmp_path, "the_river.txt", "A river.\r\n\r\nIt flows.\r"))
    assert found == Document(
        "the_river.txt", "A river.\n\nIt flows.\n", "the river", {"source": "the_river.txt"}
    )


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Größe 苹果"),
        ("utf-8-sig", "Größe 苹果"),
        ("utf-16", "Größe 苹果"),
        ("utf-32", "Größe 苹果"),
        ("utf-16-le", "The river Jordan ends in the Dead Sea."),
        ("utf-16-be", "The river Jordan ends in the Dead Sea."),
        ("cp1252", "Die Straße führt über die Brücke nach München. Größe zählt für Ärzte nicht."),
        ("cp1252", "L'été dernier, à Besançon, Éric a mangé une crêpe près du château."),
        ("cp1252", "El niño comió en la montaña; ¿dónde está la señal? Él salió después."),
        ("cp1251", "Москва является столицей России. Река Волга впадает в Каспийское море."),
        ("gb18030", "苹果公司发布了新手机。北京是中华人民共和国的首都，位于华北平原。"),
        ("shift_jis", "東京は日本の首都です。りんごは果物です。私は学生です。"),
        ("cp1253", "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας. Ο ποταμός ρέει."),
    ],
)
def test_encodings_are_detected(tmp_path: Path, encoding: str, text: str) -> None:
    assert one(write(tmp_path, "a.txt", text.encode(encoding))).text == text


def test_an_encoding_shows_itself_late_in_the_file() -> None:
    text = "plain words\n" * 20_000 + "Die Straße führt über die Brücke nach München.\n"
    assert decode(text.encode("cp1252")) == text
    assert decode(text.replace("\n", " ").encode("cp1252")) == text.replace("\n", " ")


def test_a_character_cut_at_the_end_of_the_head_is_no_mistake() -> None:
    assert detect("ab苹".encode()[:4], whole=False) == "utf-8"


@pytest.mark.parametrize(
    "content",
    [b"\x81\x8d\x8f\x90\x9d\x81\x8d" * 99, bytes(128 + i * i % 128 for i in range(999))],
    ids=["unassigned", "noise"],
)
def test_what_no_encoding_fits_is_an_encoding_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(EncodingError, match="UTF-8"):
        one(write(tmp_path, "a.txt", content))


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv", "a.jsonl"])
@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + bytes(100), bytes(range(256)) * 40, b"PK\x03\x04" + b"x" * 99]
)
def test_binary_content_is_refused_in_every_format_of_text(
    tmp_path: Path, name: str, content: bytes
) -> None:
    with pytest.raises(BinaryFileError):
        list(read_path(write(tmp_path, name, content)))


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv", "a.jsonl", "a.pdf", "a.docx"])
def test_an_empty_file_is_an_empty_document(tmp_path: Path, name: str) -> None:
    with pytest.raises(EmptyDocumentError, match="empty"):
        list(read_path(write(tmp_path, name, b"")))


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.jsonl"])
def test_a_file_of_white_space_is_an_empty_document(tmp_path: Path, name: str) -> None:
    with pytest.raises(EmptyDocumentError):
        list(read_path(write(tmp_path, name, " \n\t\n")))


def test_a_few_nuls_do_not_make_a_text_binary(tmp_path: Path) -> None:
    assert one(write(tmp_path, "a.txt", "one\0two " * 3 + "word " * 50)).text.startswith("one\0two")


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as handle:
        handle.truncate(1 << 40)  # a terabyte with nothing in it
        handle.seek(0)
        handle.write(b"text " * 20_000)
    with pytest.raises(DocumentTooLargeError, match="1,099,511,627,776 bytes; the limit is 80,000,000"):
        one(path)


def test_a_line_of_fifty_megabytes_is_refused_by_its_characters(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"word " * 10_000_000)
    with pytest.raises(DocumentTooLargeError, match="50,000,000 characters; the limit is 20,000,000"):
        one(path)


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.csv", "a.jsonl"])
def test_a_line_of_fifty_megabytes_is_told_in_every_format(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, ("text\n" if name == "a.csv" else "").encode() + b"word " * 10_000_000)
    try:
        [found] = read_path(path)
    except DocumentTooLargeError as error:
        assert "50,000,000" in str(error) and "the limit is" in str(error)
    else:
        assert isinstance(found, Failure)
        assert found.error == ("DocumentTooLargeError" if name == "a.csv" else "BrokenFileError")


def test_a_missing_file_is_a_missing_path(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError):
        one(tmp_path / "gone.txt")


# --- markdown


def test_markdown_becomes_plain_paragraphs(tmp_path: Path) -> None:
    source = (
        "# The *Jordan*\n\nThe **Jordan** flows\nthrough the [Sea of Galilee](https://x.example/a_b).  \n"
        "It ends here.\n\n## Course\n\n- north\n- south\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "```\ncode  kept\n```\n\n<div>raw <b>html</b></div>\n\n![a map](m.png) &amp; more <br>text"
    )
    found = one(write(tmp_path, "x.md", source))
    assert found.title == "The Jordan"
    assert found.text == (
        "The Jordan flows through the Sea of Galilee.\nIt ends here.\n\nCourse\n\nnorth\nsouth\n\n"
        "a | b\n1 | 2\n\ncode  kept\n\nraw html\n\na map & more \ntext"
    )


def test_front_matter_gives_title_and_date(tmp_path: Path) -> None:
    found = one(write(tmp_path, "x.md", '---\ntitle: "Rivers"\ndate: 2019-05-31T10:00\n---\n# One\n\nText.'))
    assert (found.title, found.date, found.text) == ("Rivers", "2019-05-31", "Text.")


def test_markdown_of_a_heading_alone_is_still_a_document(tmp_path: Path) -> None:
    assert one(write(tmp_path, "x.md", "# Only this")).text == "Only this"
    assert one(write(tmp_path, "y.md", "text without heading")).title == "y"


def test_long_markdown_is_parsed_in_portions_of_whole_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    from clew.ingestion.readers import markdown

    source = "# T\n\n- one\n- two\n\n```\n# code\n\nmore\n```\n\nA *b*\nc.\n\n| a |\n|---|\n| 1 |\n\nEnd."
    whole = markdown_to_text(source)
    monkeypatch.setattr(markdown, "_PORTION", 1)
    assert len(list(markdown._portions(source))) > 4
    assert markdown_to_text(source) == whole


@pytest.mark.parametrize("piece", ["[", "*a ", "> ", "![](", "`", "<a ", "- "])
def test_markdown_made_to_be_slow_is_read_all_the_same(piece: str) -> None:
    assert isinstance(markdown_to_text(piece * 20_000), tuple)


# --- html


def test_html_loses_what_is_not_its_text(tmp_path: Path) -> None:
    source = """<!DOCTYPE html><html><head><title>Jordan - Rivers</title><style>p {}</style>
      <meta property="article:published_time" content="2019-05-31T10:00:00Z"></head>
      <body><header><a href="/">Home</a></header><nav>Menu</nav><script>var x = "<p>no</p>";</script>
      <main><article><h1>The Jordan</h1><p>The <b>Jordan</b>
      flows.<br>South.</p><!-- no --><ul><li>one</li><li>two</li></ul>
      <table><tr><th>length</th><td>251 km</td></tr></table><pre>a
  b</pre><aside>Also read</aside><div hidden>no</div></article></main>
      <footer>Imprint</footer></body></html>"""
    found = one(write(tmp_path, "x.html", source))
    assert (found.title, found.date) == ("Jordan - Rivers", "2019-05-31")
    assert found.text == (
        "The Jordan\n\nThe Jordan flows.\nSouth.\n\none\ntwo\n\nlength 251 km\n\na\nb"
    )


def test_html_title_comes_from_metadata_then_title_then_heading_then_file_name(tmp_path: Path) -> None:
    meta = '<meta property="og:title" content="Meta">'
    assert one(write(tmp_path, "f.html", f"{meta}<title>T</title><h1>H</h1>")).title == "Meta"
    assert one(write(tmp_path, "f.html", "<title>T</title><h1>H</h1>")).title == "T"
    assert one(write(tmp_path, "f.html", "<h1>H</h1>")).title == "H"
    assert one(write(tmp_path, "f.html", "<p>text")).title == "f"


def test_html_says_its_encoding_itself(tmp_path: Path) -> None:
    source = '<html><head><meta charset="windows-1251"></head><p>Кот</p>'.encode("cp1251")
    assert one(write(tmp_path, "a.htm", source)).text == "Кот"


def test_xhtml_and_pieces_without_markup_are_read() -> None:
    assert html_to_text('<?xml version="1.0"?><html><body><p>One</p></body></html>') == "One"
    assert html_to_text("just &lt;text&gt;") == "just <text>"


def test_a_page_of_too_many_tags_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clew.ingestion.readers import html

    monkeypatch.setattr(html, "MOST_TAGS", 10)
    with pytest.raises(DocumentTooLargeError, match="page of 11 tags"):
        one(write(tmp_path, "x.html", "<br>" * 11))


@pytest.mark.parametrize(
    "source",
    ["<div>" * 50_000 + "deep", "<p>x</p>" * 20_000, "<p" * 50_000, "<<<>>> & &amp; text"],
    ids=["deep", "wide", "never closed", "rubbish"],
)
def test_broken_html_is_read_as_far_as_it_goes(source: str) -> None:
    assert isinstance(html_to_text(source), str)


# --- pdf


def test_pdf_gives_its_text_with_lines_joined(tmp_path: Path) -> None:
    data = pdf_bytes(["The Jor-", "dan is a river", "in the Levant."], ["It ends."], title="Rivers")
    found = one(write(tmp_path, "x.pdf", data))
    assert (found.id, found.title) == ("x.pdf", "Rivers")
    assert found.text == "The Jordan is a river in the Levant.\n\nIt ends."


def test_pdf_titles_of_word_processors_are_no_titles(tmp_path: Path) -> None:
    data = pdf_bytes(["Text."], title="Microsoft Word - draft.doc")
    assert one(write(tmp_path, "annual_report.pdf", data)).title == "annual report"


def test_a_pdf_without_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmptyDocumentError, match="scan"):
        one(write(tmp_path, "x.pdf", pdf_bytes([])))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 3],
        lambda data: b"%PDF-1.7\n" + b"\xff\x00" * 500,
        lambda data: b"no pdf at all",
        lambda data: data.replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
    ],
    ids=["cut short", "rubbish", "text", "pages that hold themselves"],
)
def test_a_broken_pdf_is_a_broken_file(tmp_path: Path, spoil: object) -> None:
    path = write(tmp_path, "x.pdf", spoil(pdf_bytes(["Some text."])))  # type: ignore[operator]
    with pytest.raises((BrokenFileError, EmptyDocumentError)) as caught:
        one(path)
    assert caught.type is BrokenFileError or "cut" not in str(path)


def test_an_encrypted_pdf_is_a_broken_file_that_says_why(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_bytes(["Secret."])))
    writer.encrypt("password", algorithm="RC4-128")
    writer.write(tmp_path / "x.pdf")
    with pytest.raises(BrokenFileError, match="encrypted"):
        one(tmp_path / "x.pdf")


def test_a_pdf_with_too_much_text_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "x.pdf", pdf_bytes(["word " * 300]))
    with pytest.raises(DocumentTooLargeError, match="the limit is 1,000"):
        one(path, max_characters=1000)


# --- docx


def test_docx_gives_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    word = docx.Document()
    word.core_properties.title = ""
    word.add_heading("Rivers", level=1)
    word.add_paragraph("The Jordan flows.")
    table = word.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "length", "251 km"
    word.add_paragraph("The end.")
    word.save(str(tmp_path / "x.docx"))
    found = one(tmp_path / "x.docx")
    assert found.title == "Rivers"
    assert found.text == "Rivers\n\nThe Jordan flows.\n\nlength | 251 km\n\nThe end."


def test_docx_title_comes_from_its_properties_first(tmp_path: Path) -> None:
    word = docx.Document()
    word.core_properties.title = "Of the Properties"
    word.add_heading("Of the Text", level=1)
    word.save(str(tmp_path / "x.docx"))
    assert one(tmp_path / "x.docx").title == "Of the Properties"


def test_a_broken_docx_is_a_broken_file(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as handle:
        handle.writestr("other.xml", "<a/>")
    for content in (b"PK\x03\x04 and no more", b"text", archive.getvalue()):
        with pytest.raises(BrokenFileError):
            one(write(tmp_path, "x.docx", content))


def test_a_docx_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.docx", "w", zipfile.ZIP_DEFLATED) as handle:
        handle.writestr("word/document.xml", "a" * 5_000_000)
    assert (tmp_path / "x.docx").stat().st_size < 100_000
    with pytest.raises(DocumentTooLargeError, match="unpacks to 5,000,000 bytes"):
        one(tmp_path / "x.docx", max_file_bytes=1_000_000)


# --- csv


def test_csv_rows_are_documents(tmp_path: Path) -> None:
    content = 'ID,Title,Text,Team,Year\na,One,"First, with\ncomma",x,\nb,,Second,,1999\n'
    assert list(read_path(write(tmp_path, "t.csv", content))) == [
        Document("a", "First, with\ncomma", "One", {"Team": "x"}),
        Document("b", "Second", "", {"Year": "1999"}),
    ]


def test_csv_without_a_text_column_writes_the_row_as_lines(tmp_path: Path) -> None:
    content = "title;length;ends in\nJordan;251 km;Dead Sea\n\nRhine;1233 km;\n"
    assert list(read_path(write(tmp_path, "rivers.csv", content))) == [
        Document("rivers.csv:2", "length: 251 km\nends in: Dead Sea", "Jordan"),
        Document("rivers.csv:4", "length: 1233 km", "Rhine"),
    ]


def test_tsv_and_other_encodings_are_read(tmp_path: Path) -> None:
    content = "text\tcity\nDie Straße führt über die Brücke.\tMünchen\n".encode("cp1252")
    [found] = read_path(write(tmp_path, "t.tsv", content))
    assert found == Document("t.tsv:2", "Die Straße führt über die Brücke.", "", {"city": "München"})


def test_a_bad_row_fails_alone_with_its_line(tmp_path: Path) -> None:
    content = "id,text\na,one\nb,two,three\nc,four\n"
    [first, bad, last] = read_path(write(tmp_path, "t.csv", content))
    assert isinstance(bad, Failure)
    assert (bad.source, bad.error) == ("t.csv:3", "BrokenFileError")
    assert [d.id for d in (first, last) if isinstance(d, Document)] == ["a", "c"]


def test_a_row_without_end_is_refused_by_its_length(tmp_path: Path) -> None:
    content = "id,text\na,one\nb," + "x" * 5_000
    found = list(read_path(write(tmp_path, "t.csv", content), IngestionSettings(max_characters=1000)))
    assert [getattr(f, "error", None) for f in found] == [None, "DocumentTooLargeError"]


def test_csv_fields_may_be_longer_than_the_module_allows_by_itself(tmp_path: Path) -> None:
    content = "id,text\na," + "x" * 500_000 + "\n"
    [found] = read_path(write(tmp_path, "t.csv", content))
    assert isinstance(found, Document) and len(found.text) == 500_000


# --- jsonl


def lines(*records: object) -> str:
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in records) + "\n"


def test_jsonl_lines_are_documents(tmp_path: Path) -> None:
    content = lines(
        {"id": "a", "title": "T", "text": "x", "metadata": {"k": [1]}, "language": "en", "date": "2019"},
        "",
        {"text": "y", "url": "u"},
        {"id": 7, "text": "z"},
    )
    assert list(read_path(write(tmp_path, "d.jsonl", content))) == [
        Document("a", "x", "T", {"k": [1]}, "en", "2019"),
        Document("d.jsonl:3", "y", "", {"url": "u"}),
        Document("7", "z"),
    ]


def test_bad_lines_fail_alone_with_their_number(tmp_path: Path) -> None:
    content = lines(
        {"id": "a", "text": "x"}, "{", "[1]", {"id": "n"}, {"id": "l", "text": ["x"]}, "[" * 100_000,
        {"id": ["x"], "text": "x"}, {"id": "m", "text": "x", "metadata": 3}, {"id": "b", "text": "y"},
    )  # fmt: skip
    found = list(read_path(write(tmp_path, "d.jsonl", content)))
    bad = [f for f in found if isinstance(f, Failure)]
    assert [d.id for d in found if isinstance(d, Document)] == ["a", "b"]
    assert [(f.source, f.error) for f in bad] == [
        ("d.jsonl:2", "BrokenFileError"),
        ("d.jsonl:3", "MalformedDocumentError"),
        ("d.jsonl:4", "MalformedDocumentError"),
        ("d.jsonl:5", "MalformedDocumentError"),
        ("d.jsonl:6", "BrokenFileError"),
        ("d.jsonl:7", "MalformedDocumentError"),
        ("d.jsonl:8", "MalformedDocumentError"),
    ]
    assert "Expecting property name" in bad[0].reason and "text is missing" in bad[2].reason


def test_a_line_in_another_encoding_fails_alone(tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "text": "Größe 苹果"}, ensure_ascii=False).encode() + b"\n"
    content = good * 3000 + b'{"id": "b", "text": "Gr\xf6\xdfe"}\n'
    found = list(read_path(write(tmp_path, "d.jsonl", content)))
    assert isinstance(found[-1], Failure) and len(found) == 3001
    assert (found[-1].source, found[-1].error) == ("d.jsonl:3001", "EncodingError")


def test_jsonl_with_a_byte_order_mark_and_in_utf_16_is_read(tmp_path: Path) -> None:
    content = json.dumps({"id": "a", "text": "苹果"}, ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16"):
        [found] = read_path(write(tmp_path, "d.jsonl", content.encode(encoding)))
        assert isinstance(found, Document) and found.text == "苹果"


def test_a_line_without_end_fails_and_the_next_is_read(tmp_path: Path) -> None:
    content = lines({"id": "a", "text": "x" * 2_000_000}, {"id": "b", "text": "y"})
    found = list(read_path(write(tmp_path, "d.jsonl", content), IngestionSettings(max_characters=1000)))
    assert isinstance(found[0], Failure) and found[0].error == "DocumentTooLargeError"
    assert found[1] == Document("b", "y")


# --- the registry


def test_an_unknown_extension_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFileError, match=r"'\.png'.*\.docx.*\.txt"):
        one(write(tmp_path, "a.png", "x"))
    with pytest.raises(UnsupportedFileError, match="without extension"):
        one(write(tmp_path, "README", "x"))


def test_extensions_are_known_whatever_their_case(tmp_path: Path) -> None:
    assert one(write(tmp_path, "A.TXT", "x")).text == "x"


def test_a_reader_can_be_added(tmp_path: Path) -> None:
    from clew.ingestion.readers import registry

    register([".shout"], lambda file: iter([file.document(file.data().decode().upper())]))
    try:
        assert one(write(tmp_path, "a.shout", "hey")).text == "HEY"
        assert ".shout" in extensions()
    finally:
        del registry._READERS[".shout"]
    with pytest.raises(SettingsError):
        register(["txt"], lambda file: iter([]))
