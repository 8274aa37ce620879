using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests.Sources;

public class DeviceDirectoryTests
{
    [Theory]
    [InlineData("topic", "plant/pump-7/telemetry", "plant/pump-7/telemetry")]
    [InlineData("topic[0]", "plant/pump-7/telemetry", "plant")]
    [InlineData("topic[1]", "plant/pump-7/telemetry", "pump-7")]
    [InlineData("topic[2]", "plant/pump-7/telemetry", "telemetry")]
    [InlineData("payload.id", "x/y", "x/y")]
    public void A_device_has_its_name_from_where_the_source_says(string from, string topic, string expected)
    {
        Assert.Equal(DecodeFailure.None, Directory(s => s.Device = from).TryFind(Some.Utf8(topic), out var device));
        Assert.Equal(expected, device.Name);
    }

    [Theory]
    [InlineData("topic[3]", "plant/pump-7/telemetry")]
    [InlineData("topic[1]", "plant//telemetry")]
    [InlineData("topic", "")]
    public void A_message_without_a_name_has_no_device(string from, string topic) =>
        Assert.Equal(DecodeFailure.NoDevice, Directory(s => s.Device = from).TryFind(Some.Utf8(topic), out _));

    [Fact]
    public void The_same_name_is_the_same_device_on_every_topic()
    {
        var directory = Directory();
        directory.TryFind("a/pump/x"u8, out var one);
        directory.TryFind("b/pump/y"u8, out var other);
        Assert.True(directory.TryKeep(0));
        Assert.Same(one, other);
        Assert.Equal(1, directory.Count);
    }

    [Fact]
    public void A_device_that_a_payload_names_is_the_one_that_a_topic_names()
    {
        var directory = Directory();
        Assert.Equal(DecodeFailure.None, directory.TryFindNamed("pump"u8, out var one));
        Assert.Equal(DecodeFailure.None, directory.TryFind("a/pump/x"u8, out var other));
        Assert.Same(one, other);
        Assert.Equal(("pump", "pumps", Device.LaneOf("pump", 4)), (one.Name, one.Source, one.Lane));
    }

    [Fact]
    public void Beyond_the_limit_only_known_devices_go_on_where_nobody_knows_who_is_silent()
    {
        var directory = Directory(s => s.DeviceLimit = 2);
        Assert.True(Keeps(directory, "1") && Keeps(directory, "2") && !Keeps(directory, "3") && !Keeps(directory, "3"));
        Assert.Equal(DecodeFailure.None, directory.TryFind("b/2/x"u8, out _));
        Assert.True(directory.TryKeep(0));
        Assert.Equal(2, directory.Count);
    }

    [Fact]
    public void What_a_refused_message_brought_is_gone()
    {
        var directory = Directory();
        directory.TryFind("a/1/x"u8, out var first);
        directory.Forget();
        Assert.Equal((0, false), (directory.Count, directory.Knows("a/1/x"u8)));
        directory.TryFind("a/1/x"u8, out var second);
        Assert.NotSame(first, second);
        Assert.True(directory.TryKeep(0));
        Assert.True(directory.Knows("a/1/x"u8));
    }

    [Fact]
    public void A_look_at_a_topic_makes_no_device()
    {
        var directory = Directory();
        Assert.True(directory.TryPeekName("a/1/x"u8, out var name));
        Assert.True(name.SequenceEqual("1"u8));
        Assert.Equal(0, directory.Count);
        Assert.False(directory.TryPeekName("a"u8, out _));
        Assert.False(directory.TryPeekName(Some.Utf8($"a/{new string('x', 257)}/b"), out _));
    }

    [Theory]
    [InlineData(256, DecodeFailure.None)]
    [InlineData(257, DecodeFailure.NameTooLong)]
    [InlineData(1025, DecodeFailure.NameTooLong)]
    [InlineData(60_000, DecodeFailure.NameTooLong)]
    internal void A_name_longer_than_256_bytes_is_refused(int bytes, DecodeFailure expected)
    {
        Assert.Equal(expected, Directory().TryFind(Some.Utf8($"a/{new string('x', bytes)}/b"), out _));
        Assert.Equal(expected, Directory().TryFindNamed(Some.Utf8(new string('x', bytes)), out _));
    }

    [Fact]
    public void A_known_topic_is_found_without_allocating()
    {
        var directory = Directory();
        directory.TryFind("a/pump/x"u8, out _);
        Assert.True(directory.TryKeep(0));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            directory.TryFind("a/pump/x"u8, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_lane_of_a_name_is_the_same_in_every_run()
    {
        Assert.Equal([0, 3, 2, 1], new[] { "a", "pump-7", "pump-8", "pump-9" }.Select(n => Device.LaneOf(n, 4)));
    }

    private static bool Keeps(DeviceDirectory directory, string name) =>
        directory.TryFind(Some.Utf8($"a/{name}/x"), out _) == DecodeFailure.None && directory.TryKeep(0);

    private static DeviceDirectory Directory(Action<SourceOptions>? change = null) => new(Some.Source(change), lanes: 4);
}
