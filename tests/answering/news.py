"""A dozen invented articles in six languages, with questions about each in others."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from retrieval.records import Article


class Invented(NamedTuple):
    """An article, the words of it that answer, and questions by language."""

    language: str
    title: str
    text: str
    answers: str
    questions: dict[str, str]


NEWS = {
    "ferry": Invented(
        "id",
        "Kapal Feri Baru Hubungkan Pulau Sarena dan Kota Balumi",
        "Kapal feri baru mulai berlayar antara Pulau Sarena dan Kota Balumi pada Senin pagi. "
        "Harga tiketnya 45 ribu rupiah untuk orang dewasa. "
        "Bupati Hendra Wulung mengatakan kapal itu mampu mengangkut 300 penumpang.",
        "45 ribu rupiah",
        {
            "id": "Berapa harga tiket feri ke Pulau Sarena?",
            "en": "How much is a ticket for the ferry to Sarena island?",
            "es": "¿Cuánto cuesta el billete del ferri a la isla de Sarena?",
            "zh": "去萨雷纳岛的渡轮票价是多少？",
            "ru": "Сколько стоит билет на паром до острова Сарена?",
            "ar": "كم سعر تذكرة العبارة إلى جزيرة سارينا؟",
        },
    ),
    "orchid": Invented(
        "id",
        "Peneliti Temukan Anggrek Langka di Gunung Kelimara",
        "Tim peneliti Universitas Tandira menemukan jenis anggrek baru di lereng Gunung Kelimara. "
        "Bunga itu diberi nama Anggrek Ratih, untuk menghormati ahli botani Ratih Kusumo. "
        "Anggrek tersebut hanya mekar pada malam hari.",
        "Gunung Kelimara",
        {
            "id": "Di mana anggrek baru itu ditemukan?",
            "en": "Where was the new orchid species found?",
            "es": "¿Dónde se encontró la nueva especie de orquídea?",
            "zh": "新的兰花品种是在哪里发现的？",
            "ru": "Где нашли новый вид орхидеи?",
            "ar": "أين عُثر على نوع الأوركيد الجديد؟",
        },
    ),
    "library": Invented(
        "en",
        "Halden Opens Its First Night Library",
        "The town of Halden opened a library on Friday that stays open all night. "
        "It was paid for by the baker Margaret Osei, who left the town two million dollars. "
        "Students had asked for longer hours for years.",
        "Margaret Osei",
        {
            "en": "Who paid for the night library in Halden?",
            "id": "Siapa yang membiayai perpustakaan malam di Halden?",
            "es": "¿Quién pagó la biblioteca nocturna de Halden?",
            "zh": "谁出资修建了哈尔登的夜间图书馆？",
            "ru": "Кто оплатил ночную библиотеку в Халдене?",
            "ar": "من دفع تكاليف المكتبة الليلية في هالدن؟",
        },
    ),
    "vaccine": Invented(
        "en",
        "Malaria Vaccine Trial Cuts Infections by Two Thirds",
        "A new malaria vaccine cut infections among children by 68 percent in a trial in Ghana. "
        "The trial followed 4,500 children for three years. "
        "Doctors warned that a single dose would not be enough.",
        "68 percent",
        {
            "en": "By how much did the malaria vaccine reduce infections?",
            "id": "Berapa persen vaksin malaria menurunkan infeksi?",
            "es": "¿Cuánto redujo las infecciones la vacuna contra la malaria?",
            "zh": "疟疾疫苗使感染减少了多少？",
            "ru": "На сколько вакцина от малярии снизила число заражений?",
            "ar": "بكم خفّض لقاح الملاريا الإصابات؟",
        },
    ),
    "wine": Invented(
        "es",
        "La sequía arruina la cosecha de uva en el valle de Orbaneja",
        "Los viticultores del valle de Orbaneja perdieron el 70 por ciento de la cosecha. "
        "No llueve en la comarca desde el mes de febrero. "
        "El sindicato agrario pide al Gobierno ayudas por 12 millones de euros.",
        "70 por ciento",
        {
            "es": "¿Qué parte de la cosecha de uva se perdió?",
            "en": "What share of the grape harvest was lost to the drought?",
            "id": "Berapa persen panen anggur yang gagal karena kekeringan?",
            "zh": "干旱使葡萄收成损失了多少？",
            "ru": "Какая часть урожая винограда погибла из-за засухи?",
            "ar": "ما نسبة محصول العنب التي ضاعت بسبب الجفاف؟",
        },
    ),
    "chess": Invented(
        "es",
        "Una niña de once años gana el campeonato nacional de ajedrez",
        "Lucía Berrocal, de once años, ganó el domingo el campeonato nacional de ajedrez. "
        "En la final venció al gran maestro Tomás Iriarte en 54 jugadas. "
        "Su entrenador dijo que entrena cuatro horas al día.",
        "Lucía Berrocal",
        {
            "es": "¿Quién ganó el campeonato nacional de ajedrez?",
            "en": "Who won the national chess championship?",
            "id": "Siapa yang memenangkan kejuaraan catur nasional?",
            "zh": "谁赢得了全国国际象棋锦标赛？",
            "ru": "Кто выиграл национальный чемпионат по шахматам?",
            "ar": "من فاز ببطولة الشطرنج الوطنية؟",
        },
    ),
    "panda": Invented(
        "zh",
        "云岭动物园的大熊猫产下双胞胎",
        "云岭动物园的大熊猫“小月”星期三凌晨产下一对双胞胎。两只幼崽的体重分别是150克和162克。"
        "饲养员林秀芳说，母子三只都很健康。",
        "双胞胎",
        {
            "zh": "大熊猫小月生了几只幼崽？",
            "en": "How many cubs did the giant panda at the zoo give birth to?",
            "id": "Berapa anak yang dilahirkan panda raksasa di kebun binatang?",
            "es": "¿Cuántas crías tuvo la panda gigante del zoológico?",
            "ru": "Сколько детёнышей родила большая панда в зоопарке?",
            "ar": "كم صغيرًا أنجبت الباندا العملاقة في حديقة الحيوان؟",
        },
    ),
    "train": Invented(
        "zh",
        "海川市无人驾驶地铁下月开通",
        "海川市第一条无人驾驶地铁线将于下月八日开通。全线共有二十三座车站，最高时速一百公里。"
        "市长周文博表示，开通首日乘客可以免费乘车。",
        "下月八日开通",
        {
            "zh": "无人驾驶地铁什么时候开通？",
            "en": "When will the driverless metro line open?",
            "id": "Kapan jalur metro tanpa pengemudi dibuka?",
            "es": "¿Cuándo se inaugura la línea de metro sin conductor?",
            "ru": "Когда откроется линия метро без машинистов?",
            "ar": "متى يُفتتح خط المترو بدون سائق؟",
        },
    ),
    "museum": Invented(
        "ar",
        "افتتاح متحف للخط العربي في مدينة النورية",
        "افتتحت مدينة النورية يوم الخميس متحفًا للخط العربي يضم ألفي مخطوطة. "
        "أقدم المخطوطات مصحف كُتب في القرن الثامن الميلادي. "
        "وقالت مديرة المتحف سلمى الحداد إن الدخول مجاني حتى نهاية العام.",
        "القرن الثامن",
        {
            "ar": "متى كُتبت أقدم مخطوطة في متحف الخط العربي؟",
            "en": "From which century is the oldest manuscript in the calligraphy museum?",
            "id": "Dari abad berapa naskah tertua di museum kaligrafi Arab?",
            "es": "¿De qué siglo es el manuscrito más antiguo del museo de caligrafía árabe?",
            "zh": "阿拉伯书法博物馆最古老的手稿是哪个世纪的？",
            "ru": "Какого века самая старая рукопись в музее арабской каллиграфии?",
        },
    ),
    "fish": Invented(
        "ar",
        "حظر صيد السمك في خليج الرملة ثلاثة أشهر",
        "منعت وزارة البيئة صيد السمك في خليج الرملة لمدة ثلاثة أشهر. "
        "ويبدأ الحظر في الأول من أيار لحماية الأسماك في موسم التكاثر. "
        "وسيحصل الصيادون على تعويض شهري.",
        "ثلاثة أشهر",
        {
            "ar": "كم مدة حظر صيد السمك في خليج الرملة؟",
            "en": "How long is fishing banned in the bay?",
            "id": "Berapa lama penangkapan ikan dilarang di teluk itu?",
            "es": "¿Cuánto tiempo estará prohibida la pesca en la bahía?",
            "zh": "海湾禁止捕鱼多长时间？",
            "ru": "На какой срок запретили ловить рыбу в заливе?",
        },
    ),
    "telescope": Invented(
        "ru",
        "На Алтае построят крупнейший в стране телескоп",
        "Крупнейший в стране телескоп построят на горе Каратук на Алтае. "
        "Диаметр его зеркала составит шесть с половиной метров. "
        "Директор обсерватории Вера Лисовская обещает первые снимки через пять лет.",
        "шесть с половиной метров",
        {
            "ru": "Какого диаметра будет зеркало телескопа?",
            "en": "How large will the mirror of the new telescope be?",
            "id": "Berapa diameter cermin teleskop baru itu?",
            "es": "¿Qué diámetro tendrá el espejo del nuevo telescopio?",
            "zh": "新望远镜的镜面直径是多少？",
            "ar": "كم سيبلغ قطر مرآة التلسكوب الجديد؟",
        },
    ),
    "bees": Invented(
        "ru",
        "В Зареченске пчёлы остановили футбольный матч",
        "Футбольный матч в Зареченске прервали на сорок минут из-за роя пчёл. "
        "Насекомые сели на ворота гостей во втором тайме. "
        "Пчеловод Игорь Савин собрал рой в ящик, и игру продолжили.",
        "роя пчёл",
        {
            "ru": "Почему прервали футбольный матч?",
            "en": "Why was the football match interrupted?",
            "id": "Mengapa pertandingan sepak bola itu dihentikan?",
            "es": "¿Por qué se interrumpió el partido de fútbol?",
            "zh": "足球比赛为什么中断？",
            "ar": "لماذا توقفت مباراة كرة القدم؟",
        },
    ),
}


def invented_articles() -> list[Article]:
    return [
        Article(
            id=identity,
            title=news.title,
            text=news.text,
            content_hash=hashlib.sha256(f"{news.title}\0{news.text}".encode()).hexdigest(),
            source="Kabar Uji",
            language=news.language,
        )
        for identity, news in NEWS.items()
    ]
