"""What a flag's reviews add up to, and which verdicts its state allows; shared by every store."""

from collections.abc import Mapping, Sequence

from core.errors import InputError
from core.types import Review, State, Verdict
from core.words import Text

STATES: Mapping[State, Text] = {
    State.OPEN: Text("待复核", "open"),
    State.CONFIRMED: Text("已确认", "confirmed"),
    State.DISMISSED: Text("已驳回", "dismissed"),
    State.APPEALED: Text("申诉中", "appealed"),
}
_AFTER = {Verdict.CONFIRM: State.CONFIRMED, Verdict.DISMISS: State.DISMISSED, Verdict.APPEAL: State.APPEALED}


def standing(reviews: Sequence[Review]) -> tuple[Review, ...]:
    """The reviews that count, oldest first: an undo takes back the one before it."""
    stack: list[Review] = []
    for review in reviews:
        if review.verdict is Verdict.UNDO:
            stack = stack[:-1]
        else:
            stack.append(review)
    return tuple(stack)


def state_of(reviews: Sequence[Review]) -> State:
    """Where a flag stands after its reviews, oldest first."""
    counted = standing(reviews)
    return _AFTER[counted[-1].verdict] if counted else State.OPEN


def check(earlier: Sequence[Review], new: Review) -> None:
    """Raise InputError, saying what to do, where ``new`` may not follow ``earlier``."""
    if not new.reviewer.strip() or not new.reason.strip():
        raise InputError("每个结论都要有复核人和理由。", "Every verdict needs a reviewer and a reason.")
    counted = standing(earlier)
    last = counted[-1] if counted else None
    if new.verdict is Verdict.UNDO:
        _check_undo(last, new)
    elif new.verdict is Verdict.APPEAL:
        if last is None or last.verdict is not Verdict.DISMISS:
            raise InputError("只有已驳回的标记可以申诉。", "Only a dismissed flag can be appealed.")
    elif last is not None and last.verdict is not Verdict.APPEAL:
        raise InputError(
            f"这条标记已由 {last.reviewer} 处理（{last.verdict}）。可由本人 undo；已驳回的可以 appeal。",
            f"This flag was decided by {last.reviewer} ({last.verdict}). They can undo it; appeal against a dismissal.",
        )
    elif last is not None and counted[-2].reviewer == new.reviewer:
        raise InputError(
            "申诉须由另一位复核人决定，不能由原驳回人自己决定。",
            "An appeal is decided by a second reviewer, not by the one who dismissed the flag.",
        )


def _check_undo(last: Review | None, new: Review) -> None:
    if last is None:
        raise InputError("没有可撤销的结论。", "There is nothing to undo.")
    if last.reviewer != new.reviewer:
        raise InputError(
            f"上一个结论由 {last.reviewer} 作出，只能由本人撤销；对驳回不同意请用 appeal。",
            f"The last verdict is by {last.reviewer}, who alone can undo it; against a dismissal, appeal.",
        )
