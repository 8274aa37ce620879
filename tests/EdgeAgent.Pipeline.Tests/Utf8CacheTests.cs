using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>What is remembered of topics is bounded, and what is known stays known.</summary>
public sealed class Utf8CacheTests
{
    private readonly Utf8Cache<int> _cache = new(100);

    [Fact]
    public void A_flood_of_new_texts_takes_no_place_of_those_that_are_known()
    {
        for (var i = 0; i < 1_000; i++) Set(i);
        Assert.Equal(100, _cache.Count);
        Assert.True(_cache.TryGet("topic 7"u8, out var value));
        Assert.Equal(7, value);
        _cache.Set("topic 7"u8, 8);
        Assert.True(_cache.TryGet("topic 7"u8, out value));
        Assert.Equal((100, 8), (_cache.Count, value));
    }

    [Fact]
    public void Where_it_has_been_of_no_use_for_long_it_starts_over()
    {
        for (var i = 0; i < 1_750; i++) Set(i);
        Assert.True(_cache.TryGet("topic 1749"u8, out _));
        Assert.False(_cache.TryGet("topic 7"u8, out _));
        Assert.InRange(_cache.Count, 1, 100);
    }

    [Fact]
    public void Long_texts_are_as_bounded_as_many()
    {
        for (var i = 0; i < 50; i++) _cache.Set(Encoding.UTF8.GetBytes($"{i:D1000}"), i);
        Assert.Equal(8, _cache.Count);
        _cache.Set(new byte[2_000], 1);
        Assert.Equal(8, _cache.Count);
    }

    private void Set(int number) => _cache.Set(Encoding.UTF8.GetBytes($"topic {number}"), number);
}
