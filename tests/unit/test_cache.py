"""What is kept between runs: never needed, never wrong, never in the way."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clientsmith.cache import NOTHING, Cache, key, of_user


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def test_what_is_kept_comes_back(cache: Cache) -> None:
    cache.put("formatted", key("a"), b"text")
    assert cache.get("formatted", key("a")) == b"text"
    assert cache.get("formatted", key("b")) is None
    assert cache.get("types", key("a")) is None


def test_keys_of_other_facts_are_others() -> None:
    assert len({key("ab", "c"), key("a", "bc"), key("abc"), key("", "abc"), key("abc", "")}) == 5


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 1000])
def test_a_damaged_entry_is_as_if_it_were_not_there(cache: Cache, damage: bytes) -> None:
    cache.put("formatted", key("a"), b"text" * 100)
    assert cache.folder is not None
    file = cache.folder / "formatted" / key("a")
    file.write_bytes(damage)
    assert cache.get("formatted", key("a")) is None
    cache.put("formatted", key("a"), b"new")
    assert cache.get("formatted", key("a")) == b"new"


def test_an_entry_that_was_cut_off_or_changed_is_as_if_it_were_not_there(cache: Cache) -> None:
    cache.put("templates", key("a"), b"text" * 100)
    assert cache.folder is not None
    file = cache.folder / "templates" / key("a")
    whole = file.read_bytes()
    for content in (whole[:-1], whole[:40], whole[:-1] + b"x", b"x" + whole[1:]):
        file.write_bytes(content)
        assert cache.get("templates", key("a")) is None


def test_what_another_user_has_written_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path)
    cache.put("templates", "a", b"code")
    another = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)
    assert cache.get("templates", "a") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_named_pipe_in_place_of_an_entry_is_not_waited_for(cache: Cache) -> None:
    cache.put("formatted", key("a"), b"text")
    assert cache.folder is not None
    file = cache.folder / "formatted" / key("a")
    file.unlink()
    os.mkfifo(file)
    with ThreadPoolExecutor() as threads:
        reading = threads.submit(cache.get, "formatted", key("a"))
        try:
            assert reading.result(timeout=10) is None
        finally:
            os.close(os.open(file, os.O_RDWR | os.O_NONBLOCK))  # lets go of who waits


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file")
    cache.put("runs", key("a"), b"text")
    cache.forget_oldest()
    assert cache.get("runs", key("a")) is None
    assert (tmp_path / "file").read_text() == "in the way"


def test_nothing_is_kept_where_there_is_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    NOTHING.put("runs", key("a"), b"text")
    NOTHING.forget_oldest()
    assert NOTHING.get("runs", key("a")) is None
    assert not os.listdir(tmp_path)


def test_many_may_write_one_entry_at_once(cache: Cache) -> None:
    texts = [bytes([65 + number]) * 100_000 for number in range(8)]

    def write(text: bytes) -> bytes | None:
        cache.put("formatted", key("a"), text)
        return cache.get("formatted", key("a"))

    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(write, texts * 5))
    assert set(read) <= set(texts)
    assert cache.folder is not None
    assert os.listdir(cache.folder / "formatted") == [key("a")]


def test_what_was_used_longest_ago_is_forgotten(cache: Cache) -> None:
    assert cache.folder is not None
    for number in range(600):
        cache.put("runs", str(number), b"text")
        os.utime(cache.folder / "runs" / str(number), (number, number))
    assert cache.get("runs", "3") == b"text"
    cache.forget_oldest()
    left = set(os.listdir(cache.folder / "runs"))
    assert len(left) == 256
    assert {"3", "599"} <= left
    assert "4" not in left


def test_the_environment_says_where_the_cache_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENTSMITH_CACHE_DIR", str(tmp_path / "here"))
    assert of_user() == Cache(tmp_path / "here")
    monkeypatch.delenv("CLIENTSMITH_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert of_user() == NOTHING
