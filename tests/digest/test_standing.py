"""Which sentences can be read without those around them."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from retrieval.digest.standing import stands_alone

STANDING = [
    ("en", "The ferry Bahtera sank off Sulawesi on Saturday with 60 people aboard."),
    ("en", "WASHINGTON (Reuters) - The Federal Reserve held interest rates steady on Wednesday."),
    ("en", 'The mayor called the flood "the worst in living memory" on Friday.'),
    ("en", "Hermann Brandt, who led the search, said forty people had been found."),
    ("en", "Italy blocked the chatbot over how it stores what children write."),
    ("id", "Bank Indonesia mempertahankan suku bunga acuan pada level 5,75 persen."),
    ("id", "Iaran tahunan tiga klub Jakarta naik dua kali lipat mulai Senin."),
    ("es", "La ministra de Transportes dimitió el lunes tras el accidente de Valencia."),
    ("de", "Das Bundesverfassungsgericht hat am Dienstag die Klage aus Hessen abgewiesen."),
    ("fr", "La banque centrale européenne a maintenu ses taux inchangés jeudi."),
    ("ru", "Землетрясение магнитудой 6,1 произошло у берегов Сулавеси в четверг утром."),
    ("ar", "أعلنت وزارة الصحة العراقية ارتفاع حصيلة حريق المركز التجاري إلى ستين قتيلا."),
    ("hi", "भारतीय रिजर्व बैंक ने बुधवार को रेपो दर में कोई बदलाव नहीं किया।"),
    ("zh", "印尼一艘载有146名乘客的渡轮周六在苏拉威西外海沉没。"),
    ("zh", "也门政府与胡塞武装周日同意在亚丁交换八百名被扣押者。"),
    ("ja", "大阪市の地下鉄が停電で止まり、数千人が会場で夜を明かした。"),
    ("th", "ธนาคารแห่งประเทศไทยคงอัตราดอกเบี้ยนโยบายไว้ที่ร้อยละสองเมื่อวันพุธ"),
    ("vi", "Ngân hàng Nhà nước Việt Nam giữ nguyên lãi suất điều hành hôm thứ Tư."),
    ("xx", "Kaupunginhallitus hyväksyi talousarvion maanantaina äänin 43 vastaan 20."),
]

DANGLING = [
    ("en", "He said that the ferry had been overloaded since Kolaka harbour."),
    ("en", "The ferry had been overloaded since Kolaka harbour, he said."),
    ("en", "This was the third such disaster in the strait since January."),
    ("en", "However, the ministry of transport denied the report on Sunday."),
    ("en", "They’re waiting in Kendari for news of their families and friends."),
    ("en", '"We waited three hours in the water before anybody came," Rusli said.'),
    ("en", "Who let the Bahtera leave Kolaka harbour with so many aboard?"),
    ("en", "Read also: Captain of ferry Bahtera detained in Kendari on Sunday."),
    ("en", "and left forty people in hospital in the provincial capital Kendari."),
    ("en", "Three of them drowned."),
    ("en", "The list of those aboard, in full, as it was read out in Kendari"),
    ("en", "The ministry (which has denied that any permit was given on Friday."),
    ("en", "A word. " * 60),
    ("id", "Ia mengatakan kapal itu kelebihan muatan sejak dari Pelabuhan Kolaka."),
    ("id", "Kapal itu kelebihan muatan sejak dari Pelabuhan Kolaka, ujarnya."),
    ("id", "Hal ini disampaikan Kepala Basarnas di Kendari pada hari Minggu."),
    ("id", "Baca juga: Nakhoda Feri Bahtera Ditahan di Kendari pada Hari Minggu."),
    ("es", "Según él, el barco había salido de Kolaka con demasiados pasajeros."),
    ("de", "Dies sei das dritte Unglück in der Meerenge seit Januar, hieß es."),
    ("fr", "C’est la troisième catastrophe de ce genre dans le détroit depuis janvier."),
    ("fr", "Le navire était surchargé depuis le port de Kolaka, a-t-il ajouté."),
    ("ru", "По его словам, паром был перегружен ещё в порту Колака в пятницу."),
    ("ar", "وأضاف أن العبارة كانت محملة فوق طاقتها منذ مغادرتها ميناء كولاكا."),
    ("hi", "उन्होंने कहा कि नौका में क्षमता से अधिक यात्री सवार थे।"),
    ("zh", "他说,这艘渡轮离开科拉卡港时已经严重超载。"),
    ("ja", "同氏は記者会見で、船は出港時から定員を超えていたと述べた。"),
    ("vi", "Ông cho biết chiếc phà đã chở quá tải từ khi rời cảng Kolaka."),
]


@pytest.mark.parametrize(("language", "sentence"), STANDING)
def test_a_sentence_that_says_whom_and_what_it_is_about_stands(
    language: str, sentence: str
) -> None:
    assert stands_alone(sentence, language)


@pytest.mark.parametrize(("language", "sentence"), DANGLING)
def test_a_sentence_that_points_elsewhere_does_not(language: str, sentence: str) -> None:
    assert not stands_alone(sentence, language)


def test_every_language_that_has_a_cohort_has_its_words() -> None:
    cohort = files("retrieval.answering").joinpath("background.json")
    words = files("retrieval.digest").joinpath("standing.json")
    known = json.loads(words.read_text(encoding="utf-8"))
    assert set(json.loads(cohort.read_text(encoding="utf-8"))) <= set(known)
    assert all(each["openers"] and each["inside"] for each in known.values())
