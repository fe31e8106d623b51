"""A django-machina forum (SQLite) with one board, which everybody may read."""

import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from machina import MACHINA_MAIN_STATIC_DIR, MACHINA_MAIN_TEMPLATE_DIR
from serving import serve

HOME = Path(sys.argv[1])
_PARTS = ("", "_conversation", "_conversation.forum_attachments", "_conversation.forum_polls", "_feeds")
_MORE_PARTS = ("_moderation", "_search", "_tracking", "_member", "_permission")

settings.configure(
    SECRET_KEY="town",  # noqa: S106 - of a forum that lives for a test
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="__main__",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "forum.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CACHES={
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
        for name in ("default", "machina_attachments")
    },
    INSTALLED_APPS=[
        *(
            f"django.contrib.{name}"
            for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
        ),
        *("mptt", "haystack", "widget_tweaks", "machina"),
        *(f"machina.apps.forum{name}" for name in (*_PARTS, *_MORE_PARTS)),
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "machina.apps.forum_permission.middleware.ForumPermissionMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [MACHINA_MAIN_TEMPLATE_DIR],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    *(f"django.template.context_processors.{name}" for name in ("request", "i18n", "static")),
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "machina.core.context_processors.metadata",
                ]
            },
        }
    ],
    STATIC_URL="/static/",
    STATICFILES_DIRS=[MACHINA_MAIN_STATIC_DIR],
    MEDIA_ROOT=HOME / "media",
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    LANGUAGE_CODE="zh-hans",
    TIME_ZONE="Asia/Shanghai",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - only after Django is set up
from django.db.models import F  # noqa: E402
from django.urls import include, path, reverse  # noqa: E402
from machina.core.db.models import get_model  # noqa: E402

Forum, Topic = get_model("forum", "Forum"), get_model("forum_conversation", "Topic")
Post = get_model("forum_conversation", "Post")
Permission = get_model("forum_permission", "ForumPermission")
Granted = get_model("forum_permission", "UserForumPermission")
urlpatterns = [path("forum/", include("machina.urls"))]


def user(name: str) -> Any:
    """The user of that name."""
    return get_user_model().objects.get_or_create(username=name)[0]


def board(title: str) -> str:
    """A new board; gives its path."""
    forum = Forum.objects.create(name=title, type=Forum.FORUM_POST)
    for name in ("can_see_forum", "can_read_forum"):
        allowed = Permission.objects.get(codename=name)
        Granted.objects.create(permission=allowed, forum=forum, anonymous_user=True, has_perm=True)
    return reverse("forum:forum", kwargs={"slug": forum.slug, "pk": forum.pk})


def thread(place: str, name: str, title: str, text: str) -> dict[str, int]:
    """A new topic with its first post; gives the ids of both."""
    forum = Forum.objects.get(pk=place.rstrip("/").rpartition("-")[2])
    made = {"status": Topic.TOPIC_UNLOCKED, "type": Topic.TOPIC_POST, "approved": True}
    topic = Topic.objects.create(forum=forum, subject=title, poster=user(name), **made)
    return {"topic": topic.pk, "post": reply(topic.pk, name, text)}


def reply(topic: int, name: str, text: str) -> int:
    """A post in a topic; gives its id."""
    where = Topic.objects.get(pk=topic)
    title = where.subject if where.first_post is None else f"回复：{where.subject}"
    made = {"poster": user(name), "subject": title, "content": text, "approved": True}
    return Post.objects.create(topic=where, **made).pk


def edit(post: int, text: str) -> None:
    """Change a post, as its writer would."""
    found = Post.objects.get(pk=post)
    found.content, found.updated_by, found.updates_count = text, found.poster, F("updates_count") + 1
    found.save()


def pin(topic: int) -> None:
    """Keep a topic on top."""
    Topic.objects.filter(pk=topic).update(type=Topic.TOPIC_STICKY)


call_command("migrate", verbosity=0)
serve(get_wsgi_application(), {"board": board, "thread": thread, "reply": reply, "edit": edit, "pin": pin})
