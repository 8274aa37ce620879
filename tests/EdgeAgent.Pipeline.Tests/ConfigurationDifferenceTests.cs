using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Gpio;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Tests;

/// <summary>Which parts of a configuration differ in meaning.</summary>
public sealed class ConfigurationDifferenceTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_same_configuration_read_twice_does_not_differ() => Assert.True(Difference(_ => { }).IsNothing);

    public static TheoryData<string, Action<AgentOptions>> Changes => new()
    {
        { "source pumps changed", o => o.Sources[0].Topics.Add("more") },
        { "source pumps changed", o => o.Sources[0].Channels[0].Max = 7 },
        { "source pumps changed", o => o.Sources[0].Mqtt.KeepAlive = TimeSpan.FromSeconds(9) },
        { "source pumps changed, detector health changed", o => o.Sources[0].Reading.Mode = ReadingMode.Joined },
        { "source fans added", o => o.Sources.Add(new SourceOptions { Name = "fans" }) },
        { "source pumps removed", o => o.Sources.Clear() },
        { "detector health changed", o => o.Detectors[0].Smooth = 3 },
        { "detector health changed", o => o.Rules[0].When = "score > 4" },
        { "detector health changed", o => o.Gates[0].High = false },
        { "detector second added", o => o.Detectors.Add(new DetectorOptions { Name = "second", Model = "none" }) },
        { "detector health removed", o => o.Detectors.Clear() },
        { "topic of events changed", o => o.Upstream.Events.Topic = "t" },
        { "upstream changed", o => o.Upstream.Delivery.InFlightLimit = 9 },
        { "health changed", o => o.Health.Listen = "127.0.0.1:9464" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_differs_is_named(string expected, Action<AgentOptions> change)
    {
        var difference = Difference(change);
        Assert.Contains(expected, difference.ToString());
        Assert.False(difference.IsEverything);
        Assert.False(difference.IsNothing);
    }

    public static TheoryData<Action<AgentOptions>> Roots =>
    [
        o => o.Site = "elsewhere", o => o.Lanes = 7, o => o.StateFolder = "/x", o => o.Gpio.Driver = LineDriverKind.LibGpiod1,
        o => o.Upstream.Outbox.Size += 1, o => o.Upstream.Outbox.KeepOf[Severity.Info] = TimeSpan.FromDays(1),
    ];

    [Theory]
    [MemberData(nameof(Roots))]
    public void What_every_room_is_built_on_is_everything(Action<AgentOptions> change) => Assert.True(Difference(change).IsEverything);

    [Fact]
    public void A_file_that_holds_something_else_is_a_difference()
    {
        _temp.Write("secret", "one");
        var before = new ConfigurationText(Some(_ => { }));
        _temp.Write("secret", "two");

        Assert.Equal("source pumps changed", new ConfigurationDifference(before, new ConfigurationText(Some(_ => { }))).ToString());
    }

    private ConfigurationDifference Difference(Action<AgentOptions> change) =>
        new(new ConfigurationText(Some(_ => { })), new ConfigurationText(Some(change)));

    private AgentOptions Some(Action<AgentOptions> change)
    {
        var options = new AgentOptions
        {
            Sources =
            [
                new SourceOptions
                {
                    Name = "pumps", Topics = ["a", "b"], Channels = [new ChannelOptions { Name = "x", Max = 5.5f }],
                    Mqtt = new() { Url = "mqtt://h", PasswordFile = _temp.File("secret") },
                },
            ],
            Detectors = [new DetectorOptions { Name = "health", Source = "pumps", Model = _temp.File("model"), Gate = "running", Critical = 2 }],
            Rules = [new RuleOptions { When = "score > 3", Gpio = new GpioOptions { Line = LineChoice.At(3) } }],
            Gates = [new GateOptions { Name = "running" }],
        };
        change(options);
        return options;
    }
}
