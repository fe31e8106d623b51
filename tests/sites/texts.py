"""What the town's people write: everyday words with a mark each, and offers that should be flagged."""

from itertools import count

OFFERS = (
    "专业代开各行业发票，税点优惠，验证后付款，需要的加微信 fapiao_{number:05d} 详谈，长期合作",
    "四六级答案考前两小时发到手，不过退款，名额有限，要的加 QQ 3141{number:05d}",
    "高价收银行卡、对公账户，四件套现结，安全稳定，联系微信 shouka_{number:05d}",
    "黑户白户都能下款，凭身份证当天到账，不看征信，加微信 kuaidai_{number:05d} 办理",
)
_EVERYDAY = (
    "早上去河边跑步，雾很大，对岸的楼一栋也看不见。",
    "楼下那家面馆换了师傅，汤比以前清，面还是老样子。",
    "阳台上的番茄结了六个，最大的一个被鸟啄了一口。",
    "昨晚的雨下到后半夜，小区门口的路又积水了。",
    "图书馆新到一批旧地图，看了一下午，忘了吃饭。",
    "孩子第一次自己坐公交上学，我在后面悄悄跟了三站。",
    "修了三回的水龙头今天终于不滴了，夜里安静得睡不着。",
    "老街拆了一半，剩下那棵槐树还在，树下还有人下棋。",
    "学做红烧肉，糖炒过了头，颜色不错，味道发苦。",
    "今年桂花开得晚，隔着两条街都闻得到。",
)
NAMES = ("栖霞客青衫柒", "雾隐舟子叁", "松下听泉玖", "渡口卖花人肆", "檐角旧风铃伍")
_PLACES = ("城东", "城西", "城南", "城北", "河湾", "山脚")


class Words:
    """Gives texts one after the other, each with a mark that no other text has."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.everyday_marks: list[str] = []

    def everyday(self, lines: int = 2) -> tuple[str, str]:
        """A mark and a text of so many lines that offers nothing."""
        number = next(self._numbers)
        mark = f"第{number:04d}则随手记"
        told = [_EVERYDAY[(number + line) % len(_EVERYDAY)] for line in range(lines - 1)]
        self.everyday_marks.append(mark)
        return mark, "\n".join([*told, f"{_PLACES[number % len(_PLACES)]}，{mark}。"])

    def offer(self) -> tuple[str, str]:
        """A mark (its contact) and the text of an offer."""
        number = next(self._numbers)
        text = OFFERS[number % len(OFFERS)].format(number=number)
        return f"{number:05d}", text

    @staticmethod
    def name(number: int) -> str:
        """The name of somebody who writes."""
        return NAMES[number % len(NAMES)]
