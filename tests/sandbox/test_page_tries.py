"""What there is to try comes as a file: read strictly, wrong places named, with the ids of who is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.__main__ import main
from sandbox.page.tries import Suggestions, WrongSuggestionsError
from sandbox.server import Sandbox
from sandbox.stage import control
from sandbox.suggested import SAMPLE, suggestions

OLGA = "9996600001"
PERSON = {"phone": OLGA, "first_name": "Olga", "language_code": "ru", "note": "keeps the shop", "knows": ["@shop_bot"]}
STEP = {"text": "Write", "do": "send", "person": OLGA, "chat": "@shop_bot", "value": "hello"}
TRY = {"id": "first", "title": "First", "steps": [STEP]}


def written(folder: Path, given: object) -> Path:
    path = folder / "suggestions.json"
    path.write_text(given if isinstance(given, str) else json.dumps(given), encoding="utf-8")
    return path


def with_step(**changes: Any) -> dict[str, Any]:
    step = {**STEP, **changes}
    return {"people": [PERSON], "tries": [{**TRY, "steps": [{k: v for k, v in step.items() if v is not None}]}]}


@pytest.mark.parametrize(
    "given, place",
    [
        ("{", "no JSON"),
        ("[]", "must be an object"),
        ({"tryes": []}, "tryes: unknown here"),
        ({"tries": {}}, "tries: must be a list"),
        ({"tries": ["x"]}, "tries[0]: must be an object"),
        ({"title": 5}, "title: must be a text"),
        ({"links": [{"title": "x", "url": "javascript:alert(1)"}]}, "links[0].url: must be an address"),
        ({"people": [{**PERSON, "phone": "123"}]}, "people[0].phone: must be a number of the form 99966XXXXX"),
        ({"people": [PERSON, PERSON]}, "people: two of them have the same phone"),
        ({"people": [{**PERSON, "knows": ["shop_bot"]}]}, "people[0].knows: must be a list of user names"),
        ({"people": [PERSON], "tries": [TRY, TRY]}, "tries: two of them have the same id"),
        ({"people": [PERSON], "tries": [{**TRY, "id": "A b"}]}, "tries[0].id: must be 1 to 32"),
        ({"people": [PERSON], "tries": [{**TRY, "seconds": 0}]}, "tries[0].seconds: must be a whole number"),
        ({"people": [PERSON], "tries": [{**TRY, "steps": []}]}, "tries[0].steps: at least one step"),
        (with_step(do="fly"), "tries[0].steps[0].do: must be one of open, send"),
        (with_step(text=None), "tries[0].steps[0].text: is missing"),
        (with_step(value=None), "tries[0].steps[0].do: send needs value"),
        (with_step(person="9996600009"), "tries[0].steps[0].person: no phone of these people"),
        (with_step(chat="shop_bot"), "tries[0].steps[0].chat: must be an id, or @ and a user name"),
        (with_step(do="press", value=None, label="(", seen=None), "tries[0].steps[0].label: no regular expression"),
        (with_step(do="press", value=None, label="Yes"), "tries[0].steps[0].seen: press needs what is seen"),
        (with_step(seen={"person": OLGA, "colour": 1}), "tries[0].steps[0].seen.colour: unknown here"),
        (
            with_step(seen={"person": OLGA, "media": "yes"}),
            "tries[0].steps[0].seen.media: must be true or false",
        ),
        (with_step(do="attach", value=None, sample="none.jpg"), "tries[0].steps[0].sample: there is no file"),
    ],
)
def test_a_wrong_place_is_named(tmp_path: Path, given: object, place: str) -> None:
    path = written(tmp_path, given)
    with pytest.raises(WrongSuggestionsError) as caught:
        Suggestions.read(path)
    assert place in str(caught.value)
    assert str(path) in str(caught.value)


def test_every_wrong_place_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(WrongSuggestionsError) as caught:
        Suggestions.read(written(tmp_path, {"title": 5, "people": [{"phone": "1"}], "tries": [{"id": "x"}]}))
    for place in ("title:", "people[0].phone:", "people[0].first_name:", "tries[0].title:", "tries[0].steps:"):
        assert place in str(caught.value)


def test_a_file_that_is_not_there_or_endless_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongSuggestionsError, match="No such file"):
        Suggestions.read(tmp_path / "none.json")
    with pytest.raises(WrongSuggestionsError, match="at most"):
        Suggestions.read(written(tmp_path, " " * (1 << 20) + "{}"))


def test_the_command_line_says_which_place_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--suggestions", str(written(tmp_path, {"tries": 5}))])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "tries: must be a list" in said
    assert said.count("\n") == 1


def test_what_make_run_offers_is_right(tmp_path: Path) -> None:
    found = Suggestions.read(written(tmp_path, suggestions("some_bot", "http://127.0.0.1:8080")))
    assert [each.first_name for each in found.people] == ["Olivia", "Rustam", "Anna"]
    assert [each["id"] for each in found.tries] == ["store", "draft", "broadcast"]
    assert all(each["seconds"] <= 60 for each in found.tries)
    assert found.sample("store", "0") == SAMPLE


async def test_the_page_gets_people_and_ids(tmp_path: Path) -> None:
    (tmp_path / "a file.txt").write_bytes(b"sample")
    seen = {"person": "9996600002", "chat": "@nobody", "text": "x"}
    steps = [
        {**STEP, "seen": seen},
        {"text": "Send", "do": "attach", "person": "9996600002", "chat": "@shop_bot", "sample": "a file.txt"},
    ]
    given = {
        "title": "A shop",
        "people": [PERSON, {"phone": "9996600002", "first_name": "Ravi"}],
        "links": [{"title": "Status", "url": "http://127.0.0.1:1/"}],
        "tries": [{**TRY, "steps": steps}],
    }
    found = Suggestions.read(written(tmp_path, given))
    async with Sandbox(bots=[("123:abc", "shop_bot")], suggestions=found) as box, aiohttp.ClientSession() as http:
        olga, ravi = [await box.page.seat(each) for each in found.people]
        async with http.get(f"{box.info.control}/api/start") as response:
            start = await response.json()
        first, second = start["tries"][0]["steps"]
        async with http.get(f"{box.info.control}{second['sample']['url']}") as response:
            assert await response.read() == b"sample"
            assert response.headers["Content-Type"] == "application/octet-stream"
        for other in ("/api/tries/first/0/sample", "/api/tries/first/x/sample", "/api/tries/none/1/sample"):
            async with http.get(f"{box.info.control}{other}") as response:
                assert response.status == 404
    assert start["title"] == "A shop"
    assert start["links"] == given["links"]
    assert [(each["name"], each["note"]) for each in start["people"]] == [("Olga", "keeps the shop"), ("Ravi", "")]
    assert (first["person"], first["chat"]) == (olga.id, 123)
    assert first["seen"] == {"person": ravi.id, "chat": None, "name": "@nobody", "text": "x"}
    assert (second["person"], second["sample"]["name"]) == (ravi.id, "a file.txt")


async def test_a_sandbox_without_suggestions_has_a_page_with_nobody() -> None:
    async with Sandbox() as box:
        start = await control(box.info, "GET", "/api/start")
    assert [start[name] for name in ("people", "tries", "offers", "links", "told")] == [[], [], [], [], []]
    assert start["title"] == "Local Telegram"
