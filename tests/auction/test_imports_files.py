"""Reading CSV files as a stream: what refuses a file, and that little of it is ever held."""

import gzip
import hashlib
import io
import tracemalloc

import pytest

from auction.imports import files
from auction.imports.files import LONGEST_LINE, Counted, open_table
from auction.imports.rules import FilesUnreadable


def rows_of(folder, content: bytes, name="t.csv", delimiter=","):
    (folder / name).write_bytes(content)
    table = open_table(folder, "t.csv", delimiter)
    try:
        return table.header, list(table.rows())
    finally:
        table.close()


def test_rows_come_with_the_line_they_begin_on(tmp_path):
    header, rows = rows_of(tmp_path, b'a,b\n1,"two\nlines"\n\n3,4\n')
    assert header == ["a", "b"]
    assert rows == [(2, ["1", "two\nlines"]), (5, ["3", "4"])]


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", b"a,b\r\n1,2\r\n", b"\xef\xbb\xbfa,b\n1,2\n", b"a,b\n1,2"],
    ids=["plain", "windows", "byte order mark", "no last line end"],
)
def test_usual_ways_to_write_a_file_are_read(tmp_path, content):
    assert rows_of(tmp_path, content) == (["a", "b"], [(2, ["1", "2"])])


def test_a_compressed_file_is_read_the_same(tmp_path):
    packed = gzip.compress(b"a,b\n1,2\n")
    assert rows_of(tmp_path, packed, "t.csv.gz") == (["a", "b"], [(2, ["1", "2"])])


def test_another_delimiter_is_read_where_it_is_named(tmp_path):
    assert rows_of(tmp_path, b"a;b\n1,5;2\n", delimiter=";")[1] == [(2, ["1,5", "2"])]


def test_letters_with_marks_are_brought_to_one_form(tmp_path):
    assert rows_of(tmp_path, "a\nho\u0301a\n".encode())[1] == [(2, ["hóa"])]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"a,b,a\n1,2,3\n", "column a twice"),
        (b"a\nx\n\xff\xfe\n", "not UTF-8: line 3, byte 5 (0xff)"),
        ("a\nđ\n".encode("cp1258"), "not UTF-8: line 2, byte 3"),
        ("a\nb\n".encode("utf-16"), "not UTF-8: line 1, byte 1"),
        (b"a\nx\0y\n", "line 2 has a NUL byte"),
        (b'a\n"x"y\n', "not proper CSV on line 2"),
        (b'a\n1\n"never closed\n2\n', "not proper CSV on line 3"),
        (b"a\n" + b"x" * (LONGEST_LINE + 5), "line 2 is longer than"),
        (b'a\n"' + b"x\n" * 200_000 + b'"\n', "not proper CSV on line 2"),
    ],
    ids=[
        "empty",
        "empty header",
        "doubled column",
        "bytes",
        "another code page",
        "UTF-16",
        "NUL",
        "quotes",
        "open quote",
        "long line",
        "long cell",
    ],
)
def test_a_file_that_is_no_csv_of_its_kind_is_refused_with_line_and_reason(tmp_path, content, says):
    with pytest.raises(FilesUnreadable) as refusal:
        rows_of(tmp_path, content)
    assert says in str(refusal.value)
    assert "t.csv" in str(refusal.value)


def test_a_cut_off_archive_is_refused(tmp_path):
    packed = gzip.compress(b"a,b\n" + b"".join(b"%d,x\n" % n for n in range(20_000)))
    with pytest.raises(FilesUnreadable, match="broken after line"):
        rows_of(tmp_path, packed[:-200], "t.csv.gz")


def test_a_damaged_archive_is_refused(tmp_path):
    packed = bytearray(gzip.compress(b"a,b\n" + bytes(range(65, 91)) * 2000))
    packed[20:40] = b"\xff" * 20
    with pytest.raises(FilesUnreadable):
        rows_of(tmp_path, bytes(packed), "t.csv.gz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FilesUnreadable, match=r"There is no t.csv \(or t.csv.gz\)"):
        open_table(tmp_path, "t.csv")


def test_a_file_that_is_there_plain_and_compressed_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"a\n")
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"a\n"))
    with pytest.raises(FilesUnreadable, match="leave one"):
        open_table(tmp_path, "t.csv")


def test_a_line_of_two_gigabytes_is_refused_without_being_read(tmp_path):
    with (tmp_path / "t.csv").open("wb") as file:
        file.write(b"a\n")
        file.truncate(2 << 30)  # sparse: as long, but not on the disk
    (tmp_path / "u.csv.gz").write_bytes(gzip.compress(b"a\n" + b"x" * (64 << 20), 1))
    tracemalloc.start()
    for name in ("t.csv", "u.csv"):
        table = open_table(tmp_path, name)
        with pytest.raises(FilesUnreadable, match="line 2 is longer than 1048576 bytes"):
            list(table.rows())
        table.close()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 << 20


def test_many_rows_take_the_memory_of_one(tmp_path):
    row = b"%d," + b"x" * 500 + b"\n"
    (tmp_path / "t.csv").write_bytes(b"a,b\n" + b"".join(row % n for n in range(40_000)))
    table = open_table(tmp_path, "t.csv")
    tracemalloc.start()
    assert sum(1 for _row in table.rows()) == 40_000
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    table.close()
    assert peak < 1 << 20


def test_the_hash_is_that_of_the_whole_file_also_where_reading_stopped_early(tmp_path):
    content = b"a,b\n" + b"1,2\n" * 100_000
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    table = files.Table(path)
    next(table.rows())
    assert table.file.sha256() == hashlib.sha256(content).hexdigest()
    assert table.file.position == len(content)
    table.close()


def test_what_is_read_is_counted(tmp_path):
    path = tmp_path / "t"
    path.write_bytes(b"x" * 100)
    counted = Counted(path)
    assert io.BufferedReader(counted, 40).read(1) == b"x"
    assert (counted.position, counted.size) == (40, 100)
