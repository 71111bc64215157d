"""Lines that stand between an article's paragraphs and are not the article.

Always true: only a whole short paragraph is ever taken, and only one that says what these
patterns say; what a reporter wrote about newsletters stays.
"""

from __future__ import annotations

import re

_LABELS = r"""
advertisement|advertisements|ad|ads|iklan|advertorial|sponsored(?: content)?|publicidade
publicidad|publicité|pubblicità|anzeige|werbung|реклама|reklama|reklam|إعلان|広告|广告|廣告|광고
advertisement(?: -)? scroll to continue(?: reading)?|scroll to continue(?: with content)?
skip (?:advertisement|ad|to main content)|story continues below(?: advertisement)?
article continues (?:below|after) (?:this )?(?:ad|advertisement|advertising)
gulir (?:ke bawah )?untuk (?:lanjut|melanjutkan)(?: membaca)?|lanjutkan membaca
continue reading(?: the main story)?|continua a leggere|sigue leyendo
weiterlesen nach der anzeige|la suite après cette publicité
share(?: this)?(?: (?:article|story|page))?|share (?:on|via|to|with)(?: \w+){1,3}
bagikan(?: ke| artikel| berita)?(?: \w+)?|partager|compartir|compartilhar|teilen|condividi
поделиться|シェアする|分享(?:到|至)?|분享让更多人看到|分享让更多人看到|شارك|copy link|salin tautan|print|cetak|email
e-mail|follow us|ikuti kami|comments?|komentar|save|simpan|listen|dengarkan
halaman|halaman (?:selanjutnya|berikutnya|sebelumnya)|selanjutnya|berikutnya|next page
previous page|next|previous|prev|page \d+ of \d+|halaman \d+ dari \d+
(?:halaman\s*)?(?:\d{1,2}\s+){1,12}(?:selanjutnya|berikutnya|next|»|›)|tampilkan semua|show all
lihat semua|view all|read full (?:article|story)
tags?\s*:?|topik\s*:?|topics?\s*:?|labels?\s*:?|kata kunci\s*:?|الوسوم|برچسب‌ها\s*:?|теги\s*:?
标签\s*:?|タグ
photos?|foto|video|videos|gallery|galeri|play|watch live|live
"""  # noqa: E501
_SAYINGS = r"""
\[gambas:[^\]]+\]|\[(?:video|image|foto|photo|infografis|gallery)[^\]]{0,60}\]
(?:simak|tonton|saksikan|lihat)(?: juga)?(?: \w+)? video .{0,150}
(?:dapatkan|ikuti|simak) (?:update |terus )?(?:berita|breaking news|informasi|perkembangan).{0,160}(?:whatsapp|telegram|google news|setiap hari|install|aplikasi|kanal|channel).{0,160}
cek berita dan artikel (?:yang )?lain(?:nya)? di.{0,60}
ikuti (?:kami|berita|update|kanal|saluran|whatsapp).{0,120}(?:google news|whatsapp|telegram|instagram|twitter|facebook|tiktok|channel).{0,80}
baca (?:berita|artikel) (?:lainnya|menarik lainnya|selengkapnya) di.{0,80}
copyright .{0,10}\d{4}.{0,120}|(?:©|\(c\)) ?\d{4}.{0,120}|© ?.{0,30}|hak cipta .{0,20}\d{4}.{0,80}
(?:sign up|subscribe|register|join)(?: (?:here|now|today))? (?:for|to|our)[^.!?]{0,80}(?:newsletter|e-?mail|alerts?|channel|briefing|inbox|podcast)[^.!?]{0,160}[.!]?
(?:get|receive)[^.!?]{0,60}(?:newsletter|in your inbox|to your inbox|straight to your inbox)[^.!?]{0,120}[.!]?
(?:follow|like|find) us on (?:facebook|twitter|instagram|x|telegram|whatsapp|google news|tiktok|linkedin).{0,120}
download (?:the|our) .{0,40}app.{0,80}|click here to .{0,80}
.{0,20}newsletters? (?:may|might) contain .{0,200}|privacy notice\s*:.{0,260}
our standards\s*:.{0,120}|(?:this|the) video (?:can ?not|could not) be played.{0,60}
to (?:view|play|watch) this video.{0,160}
(?:sorry, )?your browser (?:does not|doesn't|doesn’t) support.{0,100}
get our (?:free )?(?:morning |daily |weekly )?newsletter.{0,200}
(?:abonnieren|bestellen) sie (?:unseren|den|hier).{0,20}newsletter.{0,160}
folgen sie uns (?:auf|bei).{0,80}|(?:inscrivez|abonnez)-vous (?:à|a) (?:notre|la) .{0,160}
suivez-nous sur.{0,80}|(?:suscríbete|suscríbase) (?:a|al) (?:nuestr[oa]|la|el).{0,160}
síguenos en.{0,80}|(?:assine|inscreva-se).{0,40}newsletter.{0,120}|siga-nos.{0,80}
iscriviti alla .{0,120}|подпис(?:ывайтесь|аться) на (?:наш|нас).{0,120}
(?:المصدر|المصادر)\s*:.{0,60}|به (?:کانال|صفحه) .{0,60}بپیوندید.{0,40}
(?:関注|关注|掃描|扫描).{0,30}(?:公众号|二维码|微信).{0,40}
(?:photo|foto|image|picture|photograph|bild|crédit|credit|crédito|fotos?)\s*:\s?.{0,120}
"""  # noqa: E501


def _whole(lines: str, *, around: str) -> re.Pattern[str]:
    words = "|".join(line for line in lines.split("\n") if line)
    return re.compile(f"{around}(?:{words}){around}", re.I)


_LABEL = _whole(_LABELS, around=r"[\W_]*")
_SAYING = _whole(_SAYINGS, around=r"[\s*•·\-–—|>»\"“”]*")

_MAX_LABEL_CHARS = 60
_MAX_SAYING_CHARS = 400


def is_promotion(text: str) -> bool:
    """Whether a paragraph is the site speaking for itself, and no part of the article.

    Args:
        text: The whole paragraph.

    Returns:
        True for labels of advertisements and buttons, invitations to newsletters and channels,
        credits of pictures, placeholders of players, rights.
    """
    if len(text) <= _MAX_LABEL_CHARS and _LABEL.fullmatch(text):
        return True
    return len(text) <= _MAX_SAYING_CHARS and bool(_SAYING.fullmatch(text))
