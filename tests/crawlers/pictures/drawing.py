"""Draws the pictures that people put their adverts in: words, codes, colours, tilt and compression."""

import random
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
COLOURS = [
    ("white", "black"),
    ("#fff3c4", "#b00020"),
    ("#102040", "#ffe066"),
    ("#e8f5e9", "#1b5e20"),
    ("#d32f2f", "white"),
]
LINES = [
    "专业代开各行业发票", "税点优惠验证后付款", "高价回收闲置银行卡", "当天放款无需征信", "期末答案考前一小时发",
    "在家刷单日结三百", "学历证书可查可入档", "跑分日赚两千", "社保补缴当月到账", "诚招代理佣金百分之三十",
]  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A picture with what stands in it."""

    data: bytes
    lines: tuple[str, ...]
    code: str | None


def code_of(target: str, scale: int) -> Image.Image:
    """A QR code."""
    code = zxingcpp.create_barcode(target, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=scale))).convert("RGB")


def draw(
    lines: tuple[str, ...],
    code: str | None = None,
    *,
    size: int = 30,
    colours: tuple[str, str] = ("white", "black"),
    tilt: float = 0.0,
    quality: int | None = None,
    bold: bool = False,
) -> Drawn:
    """A picture of lines with a code below; ``tilt`` in degrees, a JPEG of ``quality`` or else a PNG."""
    font = ImageFont.truetype(FONT.format("Bold" if bold else "Regular"), size)
    below = code_of(code, 5) if code else None
    width = max([int(font.getlength(line)) for line in lines] + [below.width if below else 0]) + 3 * size
    height = int(len(lines) * size * 1.7) + (below.height if below else 0) + 3 * size
    image = Image.new("RGB", (width, height), colours[0])
    pen = ImageDraw.Draw(image)
    for at, line in enumerate(lines):
        pen.text((size, size + int(at * size * 1.7)), line, font=font, fill=colours[1])
    if below:
        image.paste(below, (size, height - below.height - size))
    if tilt:
        image = image.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=colours[0])
    file = BytesIO()
    image.save(file, "JPEG" if quality else "PNG", **({"quality": quality} if quality else {}))
    return Drawn(file.getvalue(), lines, code)


def sixty() -> list[Drawn]:
    """Pictures of many kinds, always the same ones; every other one holds a code."""
    dice = random.Random(7731)  # noqa: S311 - a choice of kinds
    return [
        draw(
            (*dice.sample(LINES, 2), f"加微信 {dice.choice(['fapiao', 'kahui', 'daan'])}_{dice.randrange(10**5):05d}"),
            f"https://u.wechat.example/{dice.randrange(16**12):012x}" if number % 2 else None,
            size=dice.choice([18, 24, 32, 48]),
            colours=COLOURS[number % len(COLOURS)],
            tilt=dice.choice([0, 0, -8, -3, 3, 8]),
            quality=dice.choice([None, 30, 60, 85]),
            bold=dice.random() < 0.5,
        )
        for number in range(60)
    ]
