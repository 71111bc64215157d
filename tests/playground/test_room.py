"""The playground's page over HTTP: who may do what, and what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.playground.local import LocalBotApi
from bot.playground.room import FILES, PAGE, PushedClock
from bot.playground.running import playground
from retrieval.errors import UsageError

Json = dict[str, Any]


class Page:
    """A browser at the page, as far as HTTP goes."""

    def __init__(self, api: LocalBotApi, clock: PushedClock, port: int) -> None:
        self.api = api
        self.clock = clock
        self.origin = f"http://127.0.0.1:{port}"
        self.http = httpx.Client(base_url=self.origin, trust_env=False)

    def state(self) -> Json:
        shown: Json = self.http.get("/state").raise_for_status().json()
        return shown

    def post(self, path: str, body: Json, **headers: str) -> httpx.Response:
        return self.http.post(path, json=body, headers={"Origin": self.origin} | headers)


@pytest.fixture
def page(unused_port: int) -> Iterator[Page]:
    clock = PushedClock()
    with playground(unused_port, clock) as api:
        page = Page(api, clock, unused_port)
        yield page
        page.http.close()


def ana(page: Page) -> int:
    return int(page.state()["people"][0]["id"])


@pytest.mark.parametrize("path", FILES)
def test_the_page_comes_with_headers_that_let_nothing_foreign_in(page: Page, path: str) -> None:
    answer = page.http.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_has_no_markup_from_strings_and_no_address_but_its_own() -> None:
    for name in FILES.values():
        text = (PAGE / name).read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        addresses = re.findall(r"https?://[\w.]+", text)
        assert set(addresses) <= {"http://www.w3.org"}  # the name of SVG's language


def test_what_is_said_reaches_the_bot_and_is_shown(page: Page) -> None:
    who = ana(page)
    text = '<img src=x onerror=alert(1)> & "quotes"'
    assert page.post("/say", {"person": who, "chat": who, "text": text}).json() == {"done": True}
    (update,) = page.api.world.updates
    assert update["message"]["text"] == text
    (chat,) = [one for one in page.state()["chats"] if one["id"] == who]
    assert [one["text"] for one in chat["messages"]] == [text]


def test_a_message_of_the_group_a_reply_and_an_edit(page: Page) -> None:
    who, group = ana(page), page.state()["group"]
    page.post("/say", {"person": who, "chat": group, "text": "/ask who?"})
    (message,) = page.api.world.chats[group].messages.values()
    asked = {"person": who, "chat": group, "message": message["message_id"], "text": "/ask what?"}
    assert page.post("/edit", asked).status_code == 200
    assert message["text"] == "/ask what?"
    reply = {"person": who, "chat": group, "text": "and?", "reply_to": message["message_id"]}
    assert page.post("/say", reply).status_code == 200
    other = page.state()["people"][1]["id"]
    assert page.post("/edit", asked | {"person": other}).status_code == 400


def test_a_button_is_pressed(page: Page) -> None:
    who = ana(page)
    world = page.api.world
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "1|good|1"}]]}
    message = world.add_message(world.chats[who], world.bot, text="?", reply_markup=keyboard)
    pressed = {"person": who, "chat": who, "message": message["message_id"], "data": "1|good|1"}
    assert page.post("/press", pressed).status_code == 200
    (update,) = world.updates
    assert update["callback_query"]["data"] == "1|good|1"


def test_the_clock_is_pushed_forward_and_the_worlds_with_it(page: Page) -> None:
    before = page.clock.now()
    assert page.post("/clock", {"hours": 24}).status_code == 200
    assert (page.clock.now() - before).total_seconds() >= 24 * 3600
    assert abs(page.api.world.clock() - page.clock.now().timestamp()) < 5
    for hours in (0, -1, 10**9, "x", None):
        assert page.post("/clock", {"hours": hours}).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "0.0.0.0"])
def test_a_name_that_was_bound_to_this_machine_is_refused(page: Page, host: str) -> None:
    assert page.http.get("/state", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_another_sites_page_can_do_nothing(page: Page, headers: dict[str, str]) -> None:
    body = {"person": ana(page), "chat": ana(page), "text": "hello"}
    assert page.post("/say", body, **headers).status_code in (403, 415)
    assert page.api.world.updates == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"person": 1, "chat": 1, "text": "x"},
        {"person": "x"},
        {"chat": 0, "text": ""},
        {"chat": 0, "text": "x" * 4097},
        {"chat": 0, "text": "x", "reply_to": 99},
        [],
        "x",
    ],
)
def test_bad_input_is_refused_and_changes_nothing(page: Page, body: Any) -> None:
    who = ana(page)
    if isinstance(body, dict) and "chat" in body and "person" not in body:
        body = body | {"person": who, "chat": who}
    assert page.post("/say", body).status_code == 400
    assert (
        page.http.post(
            "/say",
            content=b"{" * 100,
            headers={"Origin": page.origin, "Content-Type": "application/json"},
        ).status_code
        == 400
    )
    assert page.api.world.updates == []


def test_a_port_that_is_taken_is_said_with_what_to_do(page: Page, unused_port: int) -> None:
    with pytest.raises(UsageError, match="--port"), playground(unused_port, page.clock):
        pass


def test_the_page_is_packed_with_the_program() -> None:
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"playground/page/*"' in pyproject
