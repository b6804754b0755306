"""Languages without a stemmer, without stop words, without spaces: search answers in each of them."""

import pytest

from clew import Document

TEXTS = {
    "ja": (["東京タワーは1958年に完成した。", "富士山は日本一高い山です。", "寿司は酢飯と魚で作る。"],
           ["東京タワーはいつ完成しましたか。", "日本一高い山は何ですか。", "寿司は何で作る？"]),
    "th": (["แม่น้ำเจ้าพระยาไหลผ่านกรุงเทพมหานคร", "เชียงใหม่เป็นเมืองในภาคเหนือ", "ต้มยำกุ้งเป็นอาหารไทยรสเผ็ด"],
           ["แม่น้ำอะไรไหลผ่านกรุงเทพ", "เมืองอะไรอยู่ภาคเหนือ", "อาหารไทยรสเผ็ดคืออะไร"]),
    "ar": (["يجري نهر النيل عبر القاهرة.", "الكسكس طبق من المغرب.", "بنيت الأهرامات في الجيزة."],
           ["ما النهر الذي يجري عبر القاهرة؟", "من أين طبق الكسكس؟", "أين بنيت الأهرامات؟"]),
    "hi": (["गंगा नदी वाराणसी से होकर बहती है।", "ताजमहल आगरा में है।", "हिमालय सबसे ऊँचा पर्वत है।"],
           ["वाराणसी से कौन सी नदी बहती है?", "ताजमहल कहाँ है?", "सबसे ऊँचा पर्वत कौन सा है?"]),
    "tr": (["Kızılırmak Türkiye'nin en uzun nehridir.", "Ayasofya İstanbul'dadır.", "Baklava bir tatlıdır."],
           ["Türkiye'nin en uzun nehri hangisidir?", "Ayasofya nerededir?", "Baklava nasıl bir tatlıdır?"]),
    "ko": (["한강은 서울을 지나 흐른다.", "제주도는 남쪽에 있는 섬이다.", "김치는 배추로 만든다."],
           ["서울을 지나 흐르는 강은?", "남쪽에 있는 섬은 무엇인가?", "김치는 무엇으로 만드는가?"]),
    "he": (["הירדן זורם אל ים המלח.", "חומוס עשוי מגרגרי חומוס.", "ירושלים בנויה על הרים."],
           ["מה זורם אל ים המלח?", "ממה עשוי חומוס?", "על מה בנויה ירושלים?"]),
    "sw": (["Mto Nile unapita Misri.", "Kilimanjaro ni mlima mrefu.", "Ugali ni chakula cha mahindi."],
           ["Mto gani unapita Misri?", "Mlima gani ni mrefu?", "Ugali ni nini?"]),
}  # fmt: skip


@pytest.mark.parametrize("language", TEXTS)
def test_each_question_finds_its_text(open_kb, language):
    kb = open_kb()
    texts, questions = TEXTS[language]
    kb.ingest([Document(str(i), text) for i, text in enumerate(texts)], workers=1)
    assert [kb.search(question, 1).passages[0].document_id for question in questions] == ["0", "1", "2"]


def test_questions_in_every_language_are_answered_over_passages_in_all(open_kb):
    kb = open_kb()
    kb.ingest(
        [Document(f"{code}{i}", t) for code, (texts, _) in TEXTS.items() for i, t in enumerate(texts)],
        workers=1,
    )
    for code, (_, questions) in TEXTS.items():
        found = [kb.search(question, 1).passages[0].document_id for question in questions]
        assert found == [f"{code}0", f"{code}1", f"{code}2"]
