"""Language detection: by script, by words, and silence where nothing can be said."""

from __future__ import annotations

import threading

import pytest

from clew.kg.languages import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bridge was built by the monks of the valley.", "en"),
        ("Grebe Lake is a 2004 film.", "en"),
        ("Die Brücke wurde von den Mönchen gebaut.", "de"),
        ("El puente fue construido por los monjes del valle.", "es"),
        ("Le pont a été construit par les moines de la vallée.", "fr"),
        ("Il ponte è stato costruito dai monaci della valle.", "it"),
        ("A ponte foi construída pelos monges do vale.", "pt"),
        ("De brug is gebouwd door de monniken van het dal.", "nl"),
        ("Most został zbudowany przez mnichów z doliny.", "pl"),
        ("Мост был построен монахами этой долины.", "ru"),
        ("Міст був побудований ченцями цієї долини.", "uk"),
        ("这座桥是山谷里的僧人建造的。", "zh"),
        ("苹果", "zh"),
        ("この橋は谷の僧侶によって建てられた。", "ja"),
        ("이 다리는 수도사들이 지었다.", "ko"),
        ("สะพานนี้สร้างโดยพระ", "th"),
        ("Η γέφυρα χτίστηκε από μοναχούς.", "el"),
        ("הגשר נבנה על ידי נזירים.", "he"),
        ("بني هذا الجسر على يد الرهبان في الوادي.", "ar"),
        ("این پل را راهبان در این دره ساختند.", "fa"),
        ("यह पुल घाटी के भिक्षुओं ने बनाया था।", "hi"),
        ("THE BRIDGE WAS BUILT BY THE MONKS", "en"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "  ", "1234 + 5", "!!! ... ???", "🚀🚀", "\ufffd", "https://example.org/a"]
)
def test_nothing_is_said_of_text_without_letters(text: str) -> None:
    assert detect(text) == "und"


def test_single_names_say_nothing() -> None:
    assert detect("Mira Tolland") == "und"


def test_a_restricted_choice_is_kept_to() -> None:
    assert detect("Der Turm steht noch.", among=("de", "en")) == "de"
    assert detect("这座桥", among=("de", "en")) == "und"


def test_a_word_of_another_script_does_not_turn_the_language() -> None:
    assert detect("Where can one buy 苹果 in the old town?") == "en"


def test_threads_get_the_same_answers() -> None:
    texts = ["The bridge was old.", "Die Brücke war alt.", "El puente era viejo."] * 5
    expected = [detect(t) for t in texts]
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append([detect(t) for t in texts])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
