"""A Spirit forum (Django, SQLite) with one category; topics and comments are made as its own forms make them."""

import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from serving import serve
from spirit.extra.project_template.project_name.settings import base

HOME = Path(sys.argv[1])

settings.configure(
    **{name: value for name, value in vars(base).items() if name.isupper()}
    | {
        "ROOT_URLCONF": "__main__",
        "SECRET_KEY": "town",
        "DEBUG": False,
        "ALLOWED_HOSTS": ["127.0.0.1"],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "forum.sqlite3"}},
        "CACHES": {
            name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
            for name in ("default", "st_rate_limit")
        },
        "HAYSTACK_CONNECTIONS": {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        "HAYSTACK_SIGNAL_PROCESSOR": "haystack.signals.BaseSignalProcessor",
        "LANGUAGE_CODE": "zh-hans",
        "TIME_ZONE": "Asia/Shanghai",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "LOGGING": {},
        "ST_TASK_MANAGER": None,
        "ST_SITE_URL": "http://127.0.0.1/",
        "ST_UPLOAD_FILE_ENABLED": False,
    }
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - only after Django is set up
from django.urls import include, path  # noqa: E402
from spirit.category.models import Category  # noqa: E402
from spirit.comment.forms import CommentForm  # noqa: E402
from spirit.comment.models import Comment  # noqa: E402
from spirit.comment.utils import comment_posted, post_comment_update  # noqa: E402
from spirit.topic.forms import TopicForm  # noqa: E402
from spirit.topic.models import Topic  # noqa: E402

urlpatterns = [path("", include("spirit.urls"))]


def user(name: str) -> Any:
    """The user of that name."""
    return get_user_model().objects.get_or_create(username=name)[0]


def board(title: str) -> str:
    """A new category; gives its path."""
    return Category.objects.create(title=title).get_absolute_url()


def thread(place: str, name: str, title: str, text: str) -> dict[str, int]:
    """A new topic with its first comment; gives the ids of both."""
    where = next(one for one in Category.objects.all() if one.get_absolute_url() == place)
    form = TopicForm(user=user(name), data={"title": title, "category": where.pk})
    assert form.is_valid(), form.errors
    topic = form.save()
    return {"topic": topic.pk, "post": reply(topic.pk, name, text)}


def reply(topic: int, name: str, text: str) -> int:
    """A comment on a topic; gives its id."""
    where = Topic.objects.get(pk=topic)
    form = CommentForm(user=user(name), topic=where, data={"comment": text})
    assert form.is_valid(), form.errors
    comment = form.save()
    comment_posted(comment=comment, mentions=None)
    return comment.pk


def edit(post: int, text: str) -> None:
    """Change a comment, as its writer would."""
    before = Comment.objects.get(pk=post)
    form = CommentForm(instance=before, data={"comment": text})
    assert form.is_valid(), form.errors
    post_comment_update(comment=form.save())


def pin(topic: int) -> None:
    """Keep a topic on top."""
    Topic.objects.filter(pk=topic).update(is_pinned=True)


call_command("migrate", verbosity=0)
serve(
    get_wsgi_application(),
    {"board": board, "thread": thread, "reply": reply, "edit": edit, "pin": pin},
)
