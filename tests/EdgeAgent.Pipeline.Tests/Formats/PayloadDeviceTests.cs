using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class PayloadDeviceTests
{
    private static readonly byte[][] Path = [Some.Utf8("meta"), Some.Utf8("id")];

    [Theory]
    [InlineData("""{"meta": {"id": "pump-7"}}""", "pump-7")]
    [InlineData("""{"x": {"id": 1}, "meta": {"y": [{}], "id": 42}, "z": 1}""", "42")]
    [InlineData("""{"m\u0065ta": {"id": "p"}}""", "p")]
    [InlineData("""{"meta": {"id": "pump-7"}} junk""", "pump-7")]
    public void The_name_is_found_where_it_stands(string payload, string expected)
    {
        Assert.True(PayloadDevice.TryFind(Some.Utf8(payload), Path, out var name));
        Assert.Equal(Some.Utf8(expected), name.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"meta": "pump-7"}""")]
    [InlineData("""{"meta": {"id": ""}}""")]
    [InlineData("""{"meta": {"id": null}}""")]
    [InlineData("""{"meta": {"id": {"x": 1}}}""")]
    [InlineData("""{"meta": {"id": "a\nb"}}""")]
    [InlineData("""{"id": "pump-7"}""")]
    public void What_is_no_plain_name_is_none(string payload)
    {
        Assert.False(PayloadDevice.TryFind(Some.Utf8(payload), Path, out _));
    }

    [Fact]
    public void Half_a_surrogate_pair_before_the_name_does_not_throw() =>
        PayloadDevice.TryFind(Some.Utf8("""{"\ud800": 1, "meta": {"id": "p"}}"""), Path, out _);

    [Fact]
    public void A_name_has_200_bytes_at_most()
    {
        Assert.True(Find(200));
        Assert.False(Find(201));

        static bool Find(int length) =>
            PayloadDevice.TryFind(Some.Utf8("{\"meta\": {\"id\": \"" + new string('x', length) + "\"}}"), Path, out _);
    }
}
