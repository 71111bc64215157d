"""The playground's page over HTTP: who may do what, and what is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.playground.clock import Diary, PushedClock
from bot.playground.local import LocalBotApi
from bot.playground.room import FILES
from bot.playground.running import playground
from retrieval.errors import UsageError
from tests.conftest import free_port
from tests.playground.conftest import clear

Json = dict[str, Any]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


class Page:
    """A browser at the page, as far as HTTP goes."""

    def __init__(self, api: LocalBotApi, clock: PushedClock, port: int) -> None:
        self.api = api
        self.clock = clock
        self.origin = f"http://127.0.0.1:{port}"
        self.http = httpx.Client(base_url=self.origin, trust_env=False)
        self.bot = httpx.Client(base_url=f"{api.base_url}{api.token}/", trust_env=False)

    @contextmanager
    def told(self, since: str = "", **headers: str) -> Iterator[Iterator[tuple[str, Json]]]:
        """Listen to the page's stream: each event with its version."""
        url = f"/events?since={since}"
        with self.http.stream("GET", url, headers=headers, timeout=10) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")

            def events() -> Iterator[tuple[str, Json]]:
                version = ""
                for line in answer.iter_lines():
                    name, _, value = line.partition(": ")
                    if name == "id":
                        version = value
                    elif name == "data":
                        yield version, json.loads(value)

            yield events()

    def state(self) -> Json:
        with self.told() as events:
            return next(events)[1]

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.http.post(path, json=body, headers={"Origin": self.origin} | headers)

    def call(self, method: str, **params: Any) -> Any:
        return self.bot.post(method, json=params).raise_for_status().json()["result"]


@pytest.fixture(scope="module")
def shared_page() -> Iterator[Page]:
    clock, port = PushedClock(), free_port()
    with playground(port, clock) as api:
        page = Page(api, clock, port)
        yield page
        page.http.close()
        page.bot.close()


@pytest.fixture
def page(shared_page: Page) -> Page:
    """The page, where nobody said anything yet: to start one takes a second."""
    clear(shared_page.api.world)
    shared_page.api.world.keep(messages=400, calls=400)
    shared_page.clock.diary = lambda _: Diary()
    return shared_page


@pytest.fixture
def who(page: Page) -> int:
    return int(page.state()["people"][0]["id"])


# -- the page itself -----------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES)
def test_the_page_comes_with_headers_that_let_nothing_foreign_in(page: Page, path: str) -> None:
    answer = page.http.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    if path.endswith(".js"):
        assert answer.headers["content-type"].startswith("text/javascript")


def test_the_page_has_no_markup_from_strings_and_no_address_but_its_own() -> None:
    for file in FILES.values():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert not re.search(r"<[a-z][^>]*\s(style|on\w+)=", text)
        addresses = set(re.findall(r"https?://[\w.]+", text))
        assert addresses <= {"http://www.w3.org", "https://example.org"}, file.name


def test_the_page_is_packed_with_the_program() -> None:
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"playground/page/*"' in pyproject


def test_a_port_that_is_taken_is_said_with_what_to_do(page: Page) -> None:
    taken = int(page.origin.rpartition(":")[2])
    with pytest.raises(UsageError, match="--port"), playground(taken, page.clock):
        pass


# -- what people do ------------------------------------------------------------------------


def test_what_is_said_reaches_the_bot_and_is_told(page: Page, who: int) -> None:
    text = '<img src=x onerror=alert(1)> & "quotes"'
    assert page.post("/say", {"person": who, "chat": who, "text": text}).json() == {"done": True}
    (update,) = page.api.world.updates
    assert update["message"]["text"] == text
    assert [one["text"] for one in page.state()["messages"] if "text" in one] == [text]


def test_a_message_of_the_group_a_reply_and_an_edit(page: Page, who: int) -> None:
    group = page.state()["groups"][0]["id"]
    page.post("/say", {"person": who, "chat": group, "text": "/ask who?"})
    (message,) = page.api.world.chats[group].messages.values()
    asked = {"person": who, "chat": group, "message": message["message_id"], "text": "/ask what?"}
    assert page.post("/edit", asked).status_code == 200
    assert message["text"] == "/ask what?"
    reply = {"person": who, "chat": group, "text": "and?", "reply_to": message["message_id"]}
    assert page.post("/say", reply).status_code == 200
    other = page.state()["people"][1]["id"]
    assert page.post("/edit", asked | {"person": other}).status_code == 400


def test_what_is_said_in_a_topic_stays_there(page: Page, who: int) -> None:
    forum = next(one["id"] for one in page.state()["groups"] if one["forum"])
    chat = page.api.world.chats[forum]
    ours, theirs = (
        next(one for one in chat.messages.values() if (one["from"]["id"] == who) == is_ours)
        for is_ours in (True, False)
    )
    for topic in (ours, theirs):
        body = {"person": who, "chat": forum, "topic": topic["message_id"], "text": "/ask who?"}
        assert page.post("/say", body).status_code == 200
        message = list(chat.messages.values())[-1]
        assert message["message_thread_id"] == topic["message_id"]
        assert message["reply_to_message"]["from"] == topic["from"]
    body["topic"] = message["message_id"]
    assert page.post("/say", body).status_code == 400


def test_a_button_is_pressed_and_its_answer_told(page: Page, who: int) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "1|good|1"}]]}
    message = page.call("sendMessage", chat_id=who, text="?", reply_markup=keyboard)
    pressed = {"person": who, "chat": who, "message": message["message_id"], "data": "1|good|1"}
    with page.told() as events:
        next(events)
        assert page.post("/press", pressed).status_code == 200
        assert next(events)[1]["presses"][0]["answer"] is None
        (update,) = page.api.world.updates
        query = update["callback_query"]
        assert query["data"] == "1|good|1"
        page.call("answerCallbackQuery", callback_query_id=query["id"], text="Hi", show_alert=True)
        answer = next(one["answer"] for _, told in events for one in told["presses"])
    assert answer == {"text": "Hi", "alert": True}
    assert page.post("/press", pressed | {"data": "1|forged|1"}).status_code == 400


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("location", {"latitude": "27.7", "longitude": 85.3}, "location"),
        ("contact", {"name": "Citra", "phone": "+62 1"}, "contact"),
        ("sticker", {}, "sticker"),
        ("voice", {}, "voice"),
        ("photo", {"caption": "look"}, "photo"),
        ("dice", {}, "dice"),
        ("poll", {"question": "Tea?", "options": ["yes", "no", " "]}, "poll"),
    ],
)
def test_each_kind_that_can_be_sent_is_one_that_the_bots_library_reads(
    page: Page, who: int, kind: str, given: Json, field: str
) -> None:
    from telegram import Update

    body = {"person": who, "chat": who, "kind": kind, **given}
    assert page.post("/send", body).status_code == 200
    update = Update.de_json(page.api.world.updates[-1], None)
    assert getattr(update.message, field)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("location", {"latitude": 91, "longitude": 0}),
        ("location", {"latitude": "nan", "longitude": 0}),
        ("location", {"latitude": 1}),
        ("contact", {"name": "", "phone": "1"}),
        ("poll", {"question": "Tea?", "options": ["yes"]}),
        ("bomb", {}),
    ],
)
def test_a_kind_that_makes_no_sense_is_refused(
    page: Page, who: int, kind: str, given: Json
) -> None:
    body = {"person": who, "chat": who, "kind": kind, **given}
    assert page.post("/send", body).status_code == 400
    assert page.api.world.updates == []


def test_a_message_is_forwarded_with_whose_it_was(page: Page, who: int) -> None:
    group = page.state()["groups"][0]["id"]
    message = page.call("sendMessage", chat_id=who, text="<b>news</b>", parse_mode="HTML")
    body = {"person": who, "chat": group, "from": who, "message": message["message_id"]}
    assert page.post("/forward", body).status_code == 200
    (forwarded,) = page.api.world.chats[group].messages.values()
    assert forwarded["entities"] == message["entities"]
    assert forwarded["forward_origin"]["sender_user"]["id"] == page.api.world.bot["id"]
    post = {"person": who, "chat": who, "text": "See https://example.org/1", "channel": "Pagi"}
    page.post("/say", post)
    origin = page.api.world.updates[-1]["message"]["forward_origin"]
    assert (origin["type"], origin["chat"]["title"]) == ("channel", "Pagi")


# -- the clock -----------------------------------------------------------------------------


def test_the_clock_is_pushed_forward_and_the_worlds_with_it(page: Page, who: int) -> None:
    before = page.clock.now()
    body = {"person": who, "chat": who, "hours": 24}
    assert page.post("/clock", body).status_code == 200
    assert (page.clock.now() - before).total_seconds() >= 24 * 3600
    assert abs(page.api.world.clock() - page.clock.now().timestamp()) < 5
    for hours in (0, -1, 10**9, "x", None):
        assert page.post("/clock", body | {"hours": hours}).status_code == 400


def test_the_clock_is_pushed_to_the_digest_of_a_chat(page: Page, who: int) -> None:
    due = page.clock.now() + timedelta(hours=9)
    page.clock.diary = lambda chat: Diary("Asia/Jakarta", due if chat == who else None)
    shown = page.state()["clock"]["chats"][str(who)]
    assert shown == {
        "zone": "Asia/Jakarta",
        "offset": 7 * 3600,
        "digest": due.timestamp(),
        "subscribed": True,
    }
    page.post("/clock", {"person": who, "chat": who, "to": "digest"})
    assert due < page.clock.now() < due + timedelta(seconds=10)


def test_without_a_digest_the_next_morning_is_that_of_the_zone() -> None:
    diary = Diary("Asia/Jakarta")
    evening = datetime(2026, 1, 3, 20, tzinfo=UTC)  # 3 in the morning there
    assert diary.digest_or_morning(evening) == datetime(2026, 1, 4, 0, tzinfo=UTC)
    assert diary.digest_or_morning(evening + timedelta(hours=4)) == datetime(2026, 1, 5, tzinfo=UTC)


# -- what is told --------------------------------------------------------------------------


def test_only_what_changed_is_told_and_a_page_that_slept_catches_up(page: Page, who: int) -> None:
    page.call("sendMessage", chat_id=who, text="one")
    with page.told() as events:
        version, told = next(events)
        assert told["all"]
    page.call("sendMessage", chat_id=who, text="two")
    page.call("sendMessage", chat_id=who, text="three")
    for given in ({"since": version}, {"Last-Event-ID": version}):
        with page.told(**given) as events:
            told = next(events)[1]
        assert "all" not in told
        assert [one["text"] for one in told["messages"]] == ["two", "three"]
    for unknown in ("", "other-5", f"{version}9999", "x", "-"):
        with page.told(unknown) as events:
            assert next(events)[1]["all"]


def test_typing_is_told_with_its_time_and_ends_with_a_message(page: Page, who: int) -> None:
    with page.told() as events:
        next(events)
        page.call("sendChatAction", chat_id=who, action="typing")
        begun = next(one for _, told in events for one in told["actions"])
        assert (begun["chat"], begun["name"]) == (who, "typing")
        assert 4 < begun["seconds"] <= 5
        page.call("sendMessage", chat_id=who, text="here")
        ended = next(one for _, told in events for one in told["actions"])
        assert ended["seconds"] == 0
    assert page.state()["actions"] == []


def test_calls_are_told_with_the_messages_that_they_are_about_and_without_the_token(
    page: Page, who: int
) -> None:
    page.post("/say", {"person": who, "chat": who, "text": "who?"})
    asked = page.api.world.updates[-1]["message"]["message_id"]
    page.call("sendChatAction", chat_id=who, action="typing")
    options = {"is_disabled": True}
    answer = page.call(
        "sendMessage",
        chat_id=who,
        text="x" * 3000,
        link_preview_options=json.dumps(options),
        reply_parameters={"message_id": asked},
    )
    page.call("editMessageText", chat_id=who, message_id=answer["message_id"], text="y")
    page.bot.post("sendMessage", json={"chat_id": who, "text": ""})
    state = page.state()
    assert page.api.token not in json.dumps(state)
    calls = {one["method"]: one for one in state["calls"][:-1]}
    assert calls["sendChatAction"]["about"] == [[who, asked]]
    assert calls["sendMessage"]["about"] == [[who, asked], [who, answer["message_id"]]]
    assert calls["sendMessage"]["params"]["text"] == "x" * 3000
    assert calls["sendMessage"]["params"]["link_preview_options"] == options
    assert calls["editMessageText"]["about"] == [[who, answer["message_id"]]]
    assert "message text is empty" in state["calls"][-1]["error"]


def test_history_is_bounded(page: Page, who: int) -> None:
    page.api.world.keep(messages=5, calls=5)
    for number in range(8):
        page.call("sendMessage", chat_id=who, text=str(number))
    state = page.state()
    assert [one["text"] for one in state["messages"] if one["chat"] == who] == list("34567")
    assert len(state["calls"]) == 5


def test_a_picture_is_served_by_its_id_as_what_it_is(page: Page, who: int) -> None:
    sent = page.bot.post(
        "sendPhoto", data={"chat_id": str(who)}, files={"photo": ("chart.png", PNG)}
    ).json()["result"]
    file_id = sent["photo"][-1]["file_id"]
    answer = page.http.get(f"/pictures/{file_id}")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    page.api.world.files["script"] = b"<script>alert(1)</script>"
    for other in ("script", "nothing", "..%2f..%2fpyproject.toml"):
        assert page.http.get(f"/pictures/{other}").status_code == 404


# -- whom it trusts ------------------------------------------------------------------------

PATHS = ("/", "/main.js", "/events", "/pictures/x", "/say")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "0.0.0.0", "127.0.0.1:1", ""]
)
def test_a_name_that_was_bound_to_this_machine_is_refused(page: Page, path: str, host: str) -> None:
    assert page.http.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"},
    ],
)
def test_another_sites_page_can_read_nothing(
    page: Page, path: str, headers: dict[str, str]
) -> None:
    assert page.http.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_another_sites_page_can_do_nothing(page: Page, who: int, headers: dict[str, str]) -> None:
    body = {"person": who, "chat": who, "text": "hello", "hours": 1, "kind": "dice"}
    for path in ("/say", "/send", "/clock", "/inline", "/edit", "/press", "/forward", "/choose"):
        assert page.post(path, body, **headers).status_code in (403, 415)
    assert page.http.post("/say", json=body).status_code == 403  # from nowhere
    assert page.api.world.updates == []


def test_a_link_from_elsewhere_opens_the_page_and_reads_nothing(page: Page) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    assert page.http.get("/", headers=headers).status_code == 200
    assert page.http.get("/events", headers=headers).status_code == 403


def test_no_browser_has_any_business_at_the_bot_api(page: Page, who: int) -> None:
    body = {"chat_id": who, "text": "hello"}
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": page.origin},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin"},
    ):
        assert page.bot.post("sendMessage", json=body, headers=headers).status_code == 403
    answer = page.bot.get("getMe", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert not [one for one in page.api.written() if "text" in one]


def test_the_token_is_of_this_run_alone(page: Page) -> None:
    with LocalBotApi() as api:
        assert page.api.token != api.token
    assert re.fullmatch(r"\d+:[A-Za-z0-9_-]{35}", page.api.token)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"person": 1, "chat": 1, "text": "x"},
        {"person": "x"},
        {"chat": 0, "text": ""},
        {"chat": 0, "text": "x" * 4097},
        {"chat": 0, "text": "x", "reply_to": 99},
        {"chat": 0, "text": "x", "topic": 99},
        {"chat": 1, "text": "x"},
        [],
        "x",
    ],
)
def test_bad_input_is_refused_and_changes_nothing(page: Page, who: int, body: Any) -> None:
    if isinstance(body, dict) and "chat" in body and "person" not in body:
        body = body | {"person": who, "chat": body["chat"] or who}
    assert page.post("/say", body).status_code == 400
    refused = page.http.post(
        "/say",
        content=b"{" * 100,
        headers={"Origin": page.origin, "Content-Type": "application/json"},
    )
    assert refused.status_code == 400
    assert page.api.world.updates == []
