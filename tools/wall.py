"""Draws the pictures of the town's wall anew; needs the images extra and Noto CJK."""

from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "town" / "static" / "wall"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
SIZE, LEADING, EDGE = 34, 56, 36
# Number, suffix, paper and ink, lines, and what a QR code below them leads to.
PICTURES = (
    (
        1,
        "jpg",
        ("#fff3c4", "#b00020"),
        ("专业代开各行业发票", "税点优惠，验证后付款", "需要的加微信 fapiao_88231", "长期合作，全国可开"),
        None,
    ),
    (
        2,
        "png",
        ("#102040", "#ffe066"),
        ("期末考试答案", "考前两小时发到手机", "保真包过，先看样题", "扫码进群付款"),
        "https://daan.example/join77",
    ),
    (
        3,
        "jpg",
        ("#d32f2f", "#ffffff"),
        ("高价回收闲置银行卡", "带U盾的一套一千五", "当面验卡马上给钱", "QQ 2883310457"),
        None,
    ),
    (
        4,
        "png",
        ("#ffffff", "#111111"),
        ("无抵押贷款，黑户可做", "不看征信，当天放款", "身份证加手机号就能办", "加微信 fangkuan_6612"),
        None,
    ),
    (
        5,
        "jpg",
        ("#ffffff", "#222222"),
        ("寻猫启事", "三花，尾巴尖是白的", "走失地点：河东街口", "见到请打 13900000000"),
        None,
    ),
    (
        6,
        "png",
        ("#0d47a1", "#ffffff"),
        ("警方提醒", "刷单返利都是诈骗", "不点链接，不转账", "可疑来电请拨 96110"),
        None,
    ),
    (7, "jpg", ("#e8f5e9", "#1b5e20"), ("老吴面馆", "牛肉面十二元一碗", "冬天有热豆浆", "石桥镇桥头第二家"), None),
    (
        8,
        "png",
        ("#fce4ec", "#880e4f"),
        ("社区迎新年晚会", "周六晚七点，文化站", "节目单请扫码"),
        "https://qinghe.example/evening",
    ),
    (9, "jpg", ("#ffffff", "#333333"), ("期中考试时间表", "语文 周一上午", "数学 周一下午", "带好准考证和文具"), None),
)


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    font = ImageFont.truetype(FONT, SIZE)
    for number, suffix, (paper, ink), lines, target in PICTURES:
        code = _code(target) if target else None
        width = max(int(font.getlength(line)) for line in lines) + 2 * EDGE
        image = Image.new("RGB", (width, 2 * EDGE + len(lines) * LEADING + (code.height if code else 0)), paper)
        pen = ImageDraw.Draw(image)
        for at, line in enumerate(lines):
            pen.text((EDGE, EDGE + at * LEADING), line, font=font, fill=ink)
        if code:
            image.paste(code, (EDGE, EDGE + len(lines) * LEADING))
        image = image.quantize(16) if suffix == "png" else image
        image.save(FOLDER / f"{number}.{suffix}", **({"optimize": True} if suffix == "png" else {"quality": 70}))


def _code(target: str) -> Image.Image:
    made = zxingcpp.create_barcode(target, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(np.array(zxingcpp.write_barcode_to_image(made, scale=6))).convert("RGB")


if __name__ == "__main__":
    main()
