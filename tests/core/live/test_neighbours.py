"""Two installations on one Redis server, each with its own database number."""

import asyncio
import os
import sys

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

pytestmark = pytest.mark.skipif(not settings.ENV.redis_url, reason="needs Redis")


def layer_of(number):
    """The channel layer as an installation with this database number has it."""
    url = f"{settings.ENV.redis_url.rpartition('/')[0]}/{number}"
    code = "from django.conf import settings; print(settings.CHANNEL_LAYERS['default']['CONFIG']['prefix'])"
    return url, code


@pytest.mark.asyncio
async def test_neither_hears_the_others_rooms():
    prefixes = {}
    for number in (1, 2):
        url, code = layer_of(number)
        environment = dict(os.environ) | {"REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, env=environment, stdout=asyncio.subprocess.PIPE
        )
        prefixes[url] = (await process.communicate())[0].decode().strip()
    mine, theirs = [RedisPubSubChannelLayer(hosts=[url], prefix=prefix) for url, prefix in prefixes.items()]
    try:
        channels = [await layer.new_channel() for layer in (mine, theirs)]
        for layer, channel in zip((mine, theirs), channels, strict=True):
            await layer.group_add("live.room.1", channel)
        await theirs.group_send("live.room.1", {"type": "live.event", "from": "them"})
        await mine.group_send("live.room.1", {"type": "live.event", "from": "us"})
        assert (await asyncio.wait_for(mine.receive(channels[0]), 5))["from"] == "us"
    finally:
        await mine.flush()
        await theirs.flush()
