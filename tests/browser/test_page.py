"""The page in a browser: drawn in, shown pictures, cut off from the network."""

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.browser.hands import LETTERS, Strokes, hands
from tests.fonts.building import package_file

DRAWN = {label: next(hands(label)) for label in ("beh", "waw")}
pytestmark = pytest.mark.slow


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(page: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=page)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def tab(chromium: Browser, address: str) -> Iterator[Page]:
    """The page, ready. No test may end with a complaint of the browser, or a request elsewhere."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, permissions=["clipboard-read", "clipboard-write"]
    )
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    tab.goto(address)
    expect(tab.locator("#state")).to_have_text("Draw, and answers come as you draw.")
    yield tab
    context.close()
    # Of damaged fonts Chromium says itself what is damaged.
    assert not [text for text in complaints if not text.startswith("OTS parsing error")]
    assert {url for url in asked if not url.startswith((address, f"blob:{address}"))} == set()


def draw(tab: Page, strokes: Strokes) -> None:
    box = tab.locator("#sheet").bounding_box()
    assert box
    for stroke in strokes:
        (x, y), *others = [
            (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke
        ]
        tab.mouse.move(x, y)
        tab.mouse.down()
        for x, y in [*others[::4], *others[-1:]]:
            tab.mouse.move(x, y)
        tab.mouse.up()


def listed(tab: Page) -> list[str]:
    """Name and form of each answer."""
    texts = "(all) => all.map((one) => [...one.children].map((part) => part.textContent))"
    rows = tab.locator("#answers .about").evaluate_all(texts)
    return [f"{name}|{codes.split(' · ')[1].split()[0]}" for name, codes in rows]


def settled(tab: Page) -> list[str]:
    """The answers once they stand still."""
    before: list[str] = []
    while not before or before != listed(tab):
        before = listed(tab)
        tab.wait_for_timeout(120)
    return before


def test_it_is_ready_in_three_seconds(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    start = time.monotonic()
    tab.goto(address)
    expect(tab.locator("#state")).to_have_text("Draw, and answers come as you draw.")
    assert time.monotonic() - start < 3
    context.close()


def test_letters_drawn_by_several_hands_are_among_the_five_answers(tab: Page) -> None:
    for place, label in enumerate(LETTERS):
        tab.keyboard.press("Escape")
        expect(tab.locator("#answers .card")).to_have_count(0)
        draw(tab, list(hands(label))[place % 3])
        start = time.monotonic()
        found = settled(tab)
        assert time.monotonic() - start < 1, label
        assert f"Arabic letter {label}|isolated" in found
        assert len(found) == 5


def test_a_stroke_is_taken_back_and_all_are_cleared(tab: Page) -> None:
    draw(tab, DRAWN["beh"])
    assert settled(tab)[0] == "Arabic letter beh|isolated"
    tab.get_by_role("button", name="Undo").click()
    assert settled(tab)[0] != "Arabic letter beh|isolated"
    tab.get_by_role("button", name="Clear").click()
    expect(tab.locator("#answers .card")).to_have_count(0)
    expect(tab.get_by_role("button", name="Undo")).to_be_disabled()


def waw_picture(path: Path) -> Path:
    """The letter, white on dark."""
    picture = Image.new("RGB", (300, 240), (20, 30, 60))
    (stroke,) = DRAWN["waw"]
    points = [(40 + 200 * x, 20 + 200 * y) for x, y in stroke]
    ImageDraw.Draw(picture).line(points, fill=(240, 240, 230), width=16, joint="curve")
    picture.save(path)
    return path


def test_a_picture_is_read_whichever_way_it_comes(tab: Page, tmp_path: Path) -> None:
    picture = waw_picture(tmp_path / "waw.png")
    tab.set_input_files("#file", picture)
    assert settled(tab)[0] == "Arabic letter waw|isolated"
    bytes_of = """(text) => {
        const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], "waw.png", {type: "image/png"}));
        return data;
    }"""
    text = base64.b64encode(picture.read_bytes()).decode()
    data = tab.evaluate_handle(bytes_of, text)
    for kind, key in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        tab.keyboard.press("Escape")
        expect(tab.locator("#answers .card")).to_have_count(0)
        event = "DragEvent" if kind == "drop" else "ClipboardEvent"
        tab.evaluate(
            f"(data) => dispatchEvent(new {event}('{kind}', {{{key}: data, cancelable: true}}))",
            data,
        )
        expect(tab.locator("#answers .card")).to_have_count(5)
        assert settled(tab)[0] == "Arabic letter waw|isolated"


def test_one_glyph_is_cut_out_of_a_picture_of_several(tab: Page, tmp_path: Path) -> None:
    picture = Image.new("RGB", (600, 300), "white")
    for right, label in ((0, "beh"), (300, "waw")):
        for stroke in DRAWN[label]:
            points = [(right + 30 + 240 * x, 30 + 240 * y) for x, y in stroke]
            ImageDraw.Draw(picture).line(points, fill="black", width=16, joint="curve")
    picture.save(tmp_path / "two.png")
    tab.set_input_files("#file", tmp_path / "two.png")
    assert settled(tab)[0] != "Arabic letter waw|isolated"
    box = tab.locator("#sheet").bounding_box()
    assert box
    tab.mouse.move(box["x"] + box["width"] * 0.52, box["y"] + box["height"] * 0.27)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.98, box["y"] + box["height"] * 0.73)
    tab.mouse.up()
    expect(tab.locator("#answers .name").first).to_have_text("Arabic letter waw")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("#answers .name").first).not_to_have_text("Arabic letter waw")


def test_what_is_no_picture_or_blank_is_said(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    tab.set_input_files("#file", tmp_path / "text.png")
    expect(tab.locator("#state")).to_have_text("This file is no picture that the browser can open.")
    Image.new("RGB", (50, 50), "white").save(tmp_path / "white.png")
    tab.set_input_files("#file", tmp_path / "white.png")
    expect(tab.locator("#state")).to_contain_text("The picture is blank")


def test_an_answer_is_copied_by_its_number(tab: Page) -> None:
    draw(tab, DRAWN["beh"])
    settled(tab)
    tab.keyboard.press("1")
    expect(tab.locator("#answers .copy").first).to_have_text("Copied")
    assert tab.evaluate("() => navigator.clipboard.readText()") == "ب"


@pytest.mark.parametrize(
    ("query", "first"),
    [("noon final", "U+0646 · final"), ("u+06d2", "U+06D2 · isolated"), ("ڭ", "U+06AD · isolated")],
)
def test_a_label_is_found_by_what_is_known_of_it(tab: Page, query: str, first: str) -> None:
    tab.get_by_label("A name, a code point or a letter").fill(query)
    expect(tab.locator("#found .codes").first).to_contain_text(first)
    tab.get_by_label("A name, a code point or a letter").fill("nothing of the kind")
    expect(tab.locator("#found .card")).to_have_count(0)


def test_characters_of_all_scripts_are_found_and_copied(tab: Page) -> None:
    draw(tab, [[(0.3, 0.85), (0.5, 0.15), (0.7, 0.85)], [(0.38, 0.6), (0.62, 0.6)]])
    settled(tab)
    tab.get_by_label("All scripts").check(force=True)
    expect(tab.locator("#state")).to_contain_text("Most alike")
    assert "Latin capital letter a|Latin" in settled(tab)
    copy = tab.get_by_role("button", name="Copy Latin capital letter a, Latin")
    copy.click()
    assert tab.evaluate("() => navigator.clipboard.readText()") == "A"
    tab.get_by_label("A name, a code point or a letter").fill("thai ko kai")
    expect(tab.locator("#found .codes").first).to_contain_text("U+0E01 · Thai")


@pytest.mark.parametrize("flavor", [None, "woff"])
def test_exchanged_letters_of_a_font_head_its_suspects(
    tab: Page, tmp_path: Path, flavor: str | None
) -> None:
    font = TTFont(package_file("amiri"))
    for codes in {id(table.cmap): table.cmap for table in font["cmap"].tables}.values():
        codes[0x628], codes[0x62A] = codes[0x62A], codes[0x628]
    font.flavor = flavor
    font.save(tmp_path / "exchanged.ttf")
    tab.set_input_files("#font", tmp_path / "exchanged.ttf")
    expect(tab.locator("#check-state")).to_contain_text("look more like another", timeout=60_000)
    said = tab.locator("#check-state").inner_text()
    suspect, judged = map(int, re.findall(r"(\d+) of (\d+)", said)[0])
    assert judged > 800
    assert suspect < 80  # `rasm check`, which reads glyphs together, suspects 39 of 850
    first = [row.inner_text() for row in tab.locator("#suspects .card").all()[:5]]
    letters = [row for row in first if "U+0628" in row and "U+062A" in row]
    assert len(letters) >= 4
    assert "% likely" in first[0]


def test_what_is_no_font_is_said(tab: Page, tmp_path: Path) -> None:
    (tmp_path / "text.ttf").write_text("this is no font at all")
    tab.set_input_files("#font", tmp_path / "text.ttf")
    expect(tab.locator("#check-state")).to_contain_text("no font that can be read here")
    font = TTFont(package_file("amiri"))
    font.flavor = None
    font.save(tmp_path / "cut.ttf")
    whole = (tmp_path / "cut.ttf").read_bytes()
    (tmp_path / "cut.ttf").write_bytes(whole[: len(whole) // 2])
    tab.set_input_files("#font", tmp_path / "cut.ttf")
    expect(tab.locator("#check-state")).to_contain_text("damaged")
    tab.set_input_files("#font", package_file("amiri"))
    expect(tab.locator("#check-state")).to_contain_text("WOFF2 is not read here")


def test_a_correction_is_downloaded(tab: Page) -> None:
    draw(tab, DRAWN["beh"])
    settled(tab)
    tab.get_by_role("button", name="None of these is right").click()
    tab.get_by_label("Name, code point or letter", exact=True).fill("teh initial")
    with tab.expect_download() as told:
        tab.get_by_role("button", name="Download").click()
    correction = json.loads(told.value.path().read_text())
    assert correction["right"] == "teh_init"
    assert correction["collection"] == "arabic"
    assert correction["answers"][0]["label"] == "beh"
    assert len(correction["strokes"]) == 2
    bits = np.frombuffer(base64.b64decode(correction["mask"]["bits"]), dtype=np.uint8)
    assert np.unpackbits(bits).reshape(128, 128).any()


def test_enter_downloads_a_correction_and_escape_does_not(tab: Page) -> None:
    saved: list[object] = []
    tab.on("download", lambda download: saved.append(download))
    draw(tab, DRAWN["beh"])
    settled(tab)
    for keys in (["Enter"], ["Escape", "Escape"]):  # the first one empties the field
        tab.get_by_role("button", name="None of these is right").click()
        tab.get_by_label("Name, code point or letter", exact=True).fill("teh")
        for key in keys:
            tab.keyboard.press(key)
        expect(tab.locator("#correction")).to_be_hidden()
        tab.wait_for_timeout(300)
        assert len(saved) == 1


def test_colours_follow_the_device(tab: Page) -> None:
    draw(tab, DRAWN["beh"])
    settled(tab)
    shown = "() => document.querySelector('#answers canvas').toDataURL()"
    light = tab.evaluate(shown)
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_timeout(300)
    assert tab.evaluate(shown) != light


def test_heat_shows_what_speaks_for_the_chosen_answer(tab: Page) -> None:
    def warm_and_cold() -> tuple[int, int]:
        shown = tab.evaluate("() => document.querySelector('#heat').toDataURL()")
        with Image.open(BytesIO(base64.b64decode(shown.partition(",")[2]))) as picture:
            red, _, blue = np.array(picture.convert("RGB"), dtype=int).reshape(-1, 3).T
        return int((red > blue + 60).sum()), int((blue > red + 60).sum())

    draw(tab, DRAWN["beh"])
    settled(tab)
    expect(tab.locator("#legend")).to_be_visible()
    reason = tab.locator("#reason")
    expect(reason).to_have_text(re.compile("^and not for .+: most of all the [a-z ]+[.]$"))
    first, (warm, _) = reason.inner_text(), warm_and_cold()
    assert warm > 50
    which = tab.get_by_label("What speaks for")
    assert which.locator("option").count() == 5
    which.select_option(index=3)
    expect(reason).to_have_text(re.compile("^and not for Arabic letter beh, isolated: "))
    assert warm_and_cold()[1] > 50, "much speaks for beh"
    which.select_option(index=0)
    expect(reason).to_have_text(first)
    assert warm_and_cold()[0] == warm
    tab.get_by_role("button", name="Clear").click()
    expect(which).to_be_hidden()


def test_it_works_without_a_network_once_it_was_loaded(tab: Page) -> None:
    expect(tab.locator("#offline")).to_contain_text("works offline")
    tab.context.set_offline(True)
    tab.reload()
    expect(tab.locator("#state")).to_have_text("Draw, and answers come as you draw.")
    draw(tab, DRAWN["waw"])
    assert settled(tab)[0] == "Arabic letter waw|isolated"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_wider_than_a_small_phone(tab: Page, direction: str) -> None:
    tab.evaluate("(dir) => (document.documentElement.dir = dir)", direction)
    draw(tab, DRAWN["beh"])
    settled(tab)
    tab.get_by_label("A name, a code point or a letter").fill("beh")
    wide = tab.evaluate("() => document.documentElement.scrollWidth")
    assert wide == 360


def test_all_that_can_be_used_is_reached_by_keys_and_has_a_name(tab: Page) -> None:
    draw(tab, DRAWN["beh"])
    settled(tab)
    tab.locator("#sheet").focus()
    names = []
    for _ in range(12):
        tab.keyboard.press("Tab")
        names.append(
            tab.evaluate(
                "() => document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]"
                "?.textContent ?? document.activeElement.textContent"
            ).strip()
        )
    assert names[:3] == ["Undo", "Clear", "Choose a picture"]
    assert names[3] == "Copy Arabic letter beh, isolated"
    assert names[-4:-2] == ["What speaks for", "None of these is right"]
    assert names[-2:] == ["How to draw, and keys", "A name, a code point or a letter"]
