using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Tests;

public class Utf8MapTests
{
    [Fact]
    public void It_holds_what_a_dictionary_holds()
    {
        var map = new Utf8Map<int>();
        for (var i = 0; i < 5000; i++)
            map.Add(Some.Utf8($"key-{i}"), i);

        Assert.Equal(5000, map.Count);
        for (var i = 0; i < 5000; i++)
        {
            Assert.True(map.TryGet(Some.Utf8($"key-{i}"), out var value));
            Assert.Equal(i, value);
        }
        Assert.False(map.TryGet("key-5000"u8, out _));
        Assert.False(map.TryGet("key-"u8, out _));
    }

    [Fact]
    public void Empty_and_nearly_equal_keys_are_told_apart()
    {
        var map = new Utf8Map<int>();
        map.Add(""u8, 1);
        map.Add("\0"u8, 2);
        map.Add("\0\0\0\0"u8, 3);

        Assert.True(map.TryGet(""u8, out var empty));
        Assert.True(map.TryGet("\0\0\0\0"u8, out var four));
        Assert.Equal((1, 3), (empty, four));
    }

    [Fact]
    public void Whatever_is_added_and_removed_it_holds_what_a_dictionary_holds()
    {
        var random = new Random(7);
        var (map, expected) = (new Utf8Map<int>(), new Dictionary<string, int>());
        for (var i = 0; i < 100_000; i++)
        {
            var key = $"k{random.Next(700)}";
            if (expected.Remove(key)) map.Remove(Some.Utf8(key));
            else map.Add(Some.Utf8(key), expected[key] = i);
            map.Remove("nobody"u8);
        }
        Assert.Equal(expected.Count, map.Count);
        for (var i = 0; i < 700; i++)
        {
            var key = $"k{i}";
            Assert.Equal(expected.TryGetValue(key, out var value), map.TryGet(Some.Utf8(key), out var found));
            Assert.Equal(value, found);
        }
    }

    [Fact]
    public void Cleared_it_is_empty_and_of_use_again()
    {
        var map = new Utf8Map<int>();
        map.Add("a"u8, 1);
        map.Clear();
        Assert.False(map.TryGet("a"u8, out _));
        map.Add("a"u8, 2);
        Assert.True(map.TryGet("a"u8, out var value));
        Assert.Equal(2, value);
    }

    [Fact]
    public void Keys_made_to_collide_do_not()
    {
        // In each eight bytes a change of the first word and one of the second, which cancel where a hash is no more than multiplied
        // and turned between words, whatever it began with.
        var hashes = new HashSet<uint>();
        for (var choice = 0; choice < 4096; choice++)
        {
            var key = new byte[12 * 8];
            for (var block = 0; block < 12; block++)
            {
                if ((choice >> block & 1) == 0) continue;
                key[8 * block + 2] ^= 1 << 2;
                key[8 * block + 7] ^= 1 << 7;
            }
            hashes.Add(Utf8Map<int>.Hash(key));
        }
        Assert.InRange(hashes.Count, 4000, 4096);
        Assert.NotEqual(Utf8Map<int>.Hash("a"u8), Utf8Map<int>.Hash("b"u8));
        Assert.NotEqual(Utf8Map<int>.Hash("cca"u8), Utf8Map<int>.Hash("dda"u8));
    }
}
