"""What a processed file is called."""

from hypothesis import given
from hypothesis import strategies as st

from services.names import LONGEST, cleaned, new_name


def test_prefix_and_suffix_go_around_the_name_and_before_the_extension() -> None:
    assert new_name("film.mkv", None, suffix="[ours]") == "film [ours].mkv"
    assert new_name("film.mkv", None, prefix="@us", suffix="_x") == "@us film_x.mkv"
    assert new_name("film.mkv", None, prefix="us - ", suffix=" x") == "us -film x.mkv"
    assert new_name("archive.tar.gz", None, suffix="_x") == "archive.tar_x.gz"
    assert new_name("no extension", None, suffix="_x") == "no extension_x"
    assert new_name(".hidden", None, suffix="_x") == ".hidden_x"
    assert new_name("Mr. Robot and others", None, suffix="_x") == "Mr. Robot and others_x"


def test_a_title_takes_the_names_place() -> None:
    assert new_name("VID_2024.mp4", "video/mp4", title="The Film", suffix="(us)") == "The Film (us).mp4"
    assert new_name(None, "video/mp4", title="The Film") == "The Film.mp4"
    assert new_name("a.txt", None, title="  \u202e ") is None
    assert new_name(None, None, title="The Film") == "The Film"


def test_nothing_to_do_is_nothing() -> None:
    assert new_name("film.mkv", None) is None
    assert new_name(None, "video/mp4", suffix="_x") is None
    assert new_name("film_x.mkv", None, suffix="_x") is None
    assert new_name("a.txt", "text/plain", title="a") is None
    assert new_name("film.mkv", None, suffix=" \u202e/") is None


def test_what_is_there_already_is_not_added_again() -> None:
    once = new_name("film.mkv", None, prefix="@us", suffix="_x")
    assert once
    assert new_name(once, None, prefix="@us", suffix="_x") is None


def test_names_are_no_paths_and_show_as_they_are() -> None:
    assert new_name("/etc/passwd", None, suffix="_x") == "etcpasswd_x"
    assert new_name("cod\u202egpj.exe", None, suffix="_x") == "codgpj_x.exe"
    assert new_name("a\x00b\nc.txt", None, suffix="\r_x") == "ab c_x.txt"
    assert cleaned("a/b\\c\ud800") == "abc"


@given(st.text(max_size=400), st.text(max_size=100), st.text(max_size=100))
def test_a_new_name_fits_and_names_no_folder(name: str, prefix: str, suffix: str) -> None:
    made = new_name(name, None, prefix=prefix, suffix=suffix)
    if made is not None:
        assert 0 < len(made.encode()) <= LONGEST
        assert not set(made) & set("/\\\0\n")
        assert made == made.strip()
