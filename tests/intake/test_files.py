"""Reading files and folders: the good ones whole, the bad ones named, none in silence."""

import json
import os
import stat
from pathlib import Path

import pytest

from retrieval.errors import IntakeError, TooLargeError
from retrieval.intake.files import READERS, read_articles
from retrieval.intake.folders import SUFFIXES, list_files
from retrieval.records import Article

SEEDS = Path(__file__).parents[2] / "seeds"
TEXT = "Presiden Putin menelepon Presiden Erdogan, kata Kremlin."


def read(*paths: Path, **options: int) -> tuple[list[Article], list[IntakeError]]:
    articles, errors = [], []
    for item in read_articles(paths, **options):
        if isinstance(item, Article):
            articles.append(item)
        else:
            errors.append(item)
    return articles, errors


def only_error(*paths: Path, **options: int) -> IntakeError:
    articles, errors = read(*paths, **options)
    assert articles == []
    assert len(errors) == 1
    return errors[0]


def only_article(*paths: Path) -> Article:
    articles, errors = read(*paths)
    assert errors == []
    assert len(articles) == 1
    return articles[0]


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_seed_article() -> None:
    article = only_article(SEEDS)
    assert article.title.startswith("Presiden Putin Telepon Presiden Erdogan")
    assert article.text.startswith("JAKARTA - Presiden Rusia Vladimir Putin menelepon")
    assert article.source == "seeds"
    assert article.language == "id"
    assert article.published_at is None
    assert len(article.related) == 4


def test_every_kind_of_file_in_a_folder_and_its_folders_in_order(tmp_path: Path) -> None:
    record = {"title": "T", "text": TEXT}
    written(tmp_path / "c.txt", f"Tiga\n{TEXT}")
    written(tmp_path / "a" / "x.jsonl", json.dumps(record | {"title": "Satu"}))
    written(tmp_path / "b.JSON", json.dumps([record | {"title": "Dua"}]))
    written(tmp_path / "d.html", f"<html><head><title>Empat</title></head><p>{TEXT}</p></html>")
    written(tmp_path / "e.json", json.dumps(record | {"title": "Lima"}))
    for passed_over in (".hidden.txt", ".git/x.txt", "notes.md", "picture.png"):
        written(tmp_path / passed_over, "x")
    articles, errors = read(tmp_path)
    assert [article.title for article in articles] == ["Satu", "Dua", "Tiga", "Empat", "Lima"]
    assert errors == []


def test_reading_again_gives_the_same_articles(tmp_path: Path) -> None:
    written(tmp_path / "a.txt", f"Satu\n{TEXT}")
    written(tmp_path / "b.jsonl", json.dumps({"title": "Dua", "text": TEXT}))
    assert read(tmp_path) == read(tmp_path)


def test_an_edited_file_is_the_same_article_with_another_hash(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", f"Satu\n{TEXT}")
    before = only_article(path)
    written(path, f"Satu\n{TEXT} Lagi.")
    after = only_article(path)
    assert after.id == before.id
    assert after.content_hash != before.content_hash


def test_a_file_that_two_paths_lead_to_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.txt", f"Satu\n{TEXT}")
    (tmp_path / "link.txt").symlink_to(path)
    monkeypatch.chdir(tmp_path)
    assert only_article(tmp_path, path, Path("a.txt"), Path("../") / tmp_path.name).id


def test_a_record_is_from_its_file_and_a_file_is_from_its_folder(tmp_path: Path) -> None:
    record = {"title": "T", "text": TEXT}
    lines = written(tmp_path / "news.jsonl", json.dumps(record))
    one = written(tmp_path / "folder" / "one.json", json.dumps(record))
    assert only_article(lines).source == "news.jsonl"
    assert only_article(one).source == "folder"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_text_file_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = "El presidente señaló que la economía creció."
    article = only_article(written(tmp_path / "a.txt", f"Año\r\n{text}".encode(encoding)))
    assert (article.title, article.text) == ("Año", text)


def test_json_lines_in_utf_16_as_windows_writes_them(tmp_path: Path) -> None:
    lines = "\r\n".join(json.dumps({"title": str(n), "text": TEXT}) for n in range(3))
    articles, errors = read(written(tmp_path / "a.jsonl", lines.encode("utf-16")))
    assert len(articles) == 3
    assert errors == []


def test_a_broken_line_is_named_by_its_number_and_the_rest_is_kept(tmp_path: Path) -> None:
    good = json.dumps({"title": "T", "text": TEXT})
    path = written(
        tmp_path / "a.jsonl",
        f'\ufeff{good}\n\n{{"title": "T", "text": \n[]\n'.encode()
        + b'{"text": "\xe9"}\n'
        + f'{{"title": "only"}}\n{good.replace("T", "U")}'.encode(),
    )
    articles, errors = read(path)
    assert [article.title for article in articles] == ["T", "U"]
    assert [error.where for error in errors] == [f"{path}, line {n}" for n in (3, 4, 5, 6)]
    assert [error.reason for error in errors] == [
        "this is not JSON: Expecting value (column 23)",
        "an article is an object, and this is a list",
        "this is not UTF-8, as JSON lines must be",
        "it has a title but no text",
    ]


def test_an_element_of_a_json_list_is_named_by_its_number(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", json.dumps([{"text": TEXT}, {"text": 5}]))
    articles, errors = read(path)
    assert len(articles) == 1
    assert [error.where for error in errors] == [f"{path}, item 2"]


def test_a_file_of_50_mb_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "")
    os.truncate(path, 50_000_000)
    error = only_error(path)
    assert isinstance(error, TooLargeError)
    assert error.reason == "it has 50.0 MB, and the limit is 20 MB"


def test_json_lines_of_any_size_are_read_and_a_line_that_is_too_long_is_named(
    tmp_path: Path,
) -> None:
    record = json.dumps({"title": "T", "text": TEXT})
    long = json.dumps({"title": "T", "text": "x" * 5_000})
    path = written(tmp_path / "a.jsonl", "\n".join([record] * 30 + [long] + [record]))
    articles, errors = read(path, max_bytes=1_000)
    assert len(articles) == 31
    assert [(type(error), error.where) for error in errors] == [(TooLargeError, f"{path}, line 31")]


def test_a_binary_file_named_txt(tmp_path: Path) -> None:
    error = only_error(written(tmp_path / "a.txt", bytes(range(256)) * 16))
    assert error.reason == "this is binary data, or text in an encoding that is not known"


def test_nul_bytes_in_a_text_are_taken_out(tmp_path: Path) -> None:
    article = only_article(written(tmp_path / "a.txt", f"Ju\x00dul\n{TEXT}\x00"))
    assert (article.title, article.text) == ("Judul", TEXT)


def test_right_to_left_text(tmp_path: Path) -> None:
    article = only_article(written(tmp_path / "a.txt", "بوتين يتصل\nاتصل الرئيس الروسي بنظيره."))
    assert article.title == "بوتين يتصل"
    assert article.language == "ar"


def test_html_in_a_text_file_is_what_the_text_says(tmp_path: Path) -> None:
    text = "Ia menulis <script>alert(1)</script> & <b>tebal</b> di papan."
    assert only_article(written(tmp_path / "a.txt", f"Judul\n{text}")).text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        (" \n\n ", "the file is empty"),
        ("Judul saja", "it has a title but no text"),
        ("Judul\n\n...\n", "it has a title but no text"),
    ],
)
def test_text_files_without_a_text(tmp_path: Path, content: str, reason: str) -> None:
    assert only_error(written(tmp_path / "a.txt", content)).reason == reason


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.html"])
def test_other_files_without_anything(tmp_path: Path, name: str) -> None:
    assert only_error(written(tmp_path / name, "\n")).reason == "the file is empty"


def test_a_text_of_one_long_line_has_no_title(tmp_path: Path) -> None:
    article = only_article(written(tmp_path / "a.txt", f"{TEXT} " * 10))
    assert article.title == ""
    assert article.text.startswith(TEXT)


def test_a_file_of_an_unknown_kind_is_named_when_it_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path / "a.docx", "x")
    assert only_error(path).reason == (
        "this kind of file is not known (.htm, .html, .json, .jsonl, .txt are)"
    )


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    assert only_error(tmp_path / "a.txt").reason == "there is no such file or folder"


def test_an_empty_folder(tmp_path: Path) -> None:
    error = only_error(tmp_path)
    assert error.where == str(tmp_path)
    assert error.reason.startswith("there is nothing to read in this folder")


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "x.txt" / "a.txt", f"Judul\n{TEXT}")
    assert only_article(tmp_path).title == "Judul"
    assert only_article(tmp_path / "x.txt").title == "Judul"


def test_a_link_that_leads_nowhere_is_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    written(tmp_path / "b.txt", f"Judul\n{TEXT}")
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    articles, errors = read(tmp_path)
    assert len(articles) == 1
    assert [error.reason for error in errors] == [
        "there is no such file, or it is a link that leads nowhere"
    ]


def test_folders_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    written(tmp_path / "a" / "a.txt", f"Judul\n{TEXT}")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    articles, errors = read(tmp_path)
    assert len(articles) == 1
    assert [error.where for error in errors] == [str(tmp_path / "self.txt")]


def test_a_pipe_is_named_and_never_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    assert only_error(path).reason == "this is a pipe, a device or a folder, not a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", f"Judul\n{TEXT}")
    path.chmod(stat.S_IWUSR)
    assert only_error(path).reason == "there is no permission to read it"


def test_a_name_that_is_no_text_can_still_be_told(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    written(path, "")
    assert only_error(path).where == f"{tmp_path}/\ufffd.txt"


def test_files_can_be_listed_before_they_are_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", f"Judul\n{TEXT}")
    assert list(list_files([tmp_path])) == [path]


def test_every_kind_of_file_that_is_found_can_be_read() -> None:
    assert set(READERS) == SUFFIXES
