import pytest
from django.core.cache import cache, caches

from core.caching import RedisCache

pytestmark = pytest.mark.skipif(not isinstance(caches["default"], RedisCache), reason="REDIS_URL is unset")


def test_what_is_not_there_is_not_counted():
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")
    assert cache.get("nothing") is None


def test_counting_keeps_the_time_that_is_left():
    cache.add("times", 1, timeout=100)

    assert [cache.incr("times"), cache.incr("times", 5), cache.decr("times")] == [2, 7, 6]
    assert 0 < cache._cache.get_client().ttl(cache.make_key("times")) <= 100


def test_all_commands_of_a_thread_go_through_one_client():
    assert cache._cache.get_client("a", write=True) is cache._cache.get_client("b")
