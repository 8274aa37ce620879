using EdgeAgent.Scenarios.Hostile;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios;

/// <summary>A sensors' broker that sends and reads nothing holds up its own source, and nobody else.</summary>
public sealed class StalledBrokerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Readings_of_another_source_are_judged_all_the_time()
    {
        using var stalled = new ScriptedBroker(receiveBuffer: 2048);
        await using var hostile = await HostileCase.Start(new Scenario(), $$"""
            [sources.stalled]
            mqtt = { url = "{{stalled.Url}}", topics = ["plant/+/telemetry"], version = "5" }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"

            [detectors.stalled]
            source = "stalled"
            model = "{{Repository.Model}}"
            """, output, opening: async () => await stalled.OpenAsync());
        using var connection = hostile.Opened!;
        await hostile.Agent.Says("source stalled subscribed");
        hostile.Honest.Mark();

        var sent = await FloodUntilStalled(connection);
        await hostile.Last(TimeSpan.FromSeconds(5));

        output.WriteLine($"the broker reads nothing any more, after {sent} messages");
        Assert.Equal(0, hostile.Agent.Count("source stalled has no connection"));
        hostile.Ends();
    }

    /// <summary>Sends QoS 1 messages and reads no acknowledgement, until the agent takes no more.</summary>
    private static async Task<int> FloodUntilStalled(BrokerConnection connection)
    {
        const int MessageLimit = 3_000_000, Chunk = 1000;
        for (var sent = 0; sent < MessageLimit; sent += Chunk)
        {
            var bytes = new List<byte>();
            for (var i = 0; i < Chunk; i++)
                bytes.AddRange(BrokerConnection.Publish("plant/pump-9/telemetry", "{}"u8.ToArray(), (ushort)(1 + (sent + i) % 4000)));
            var sending = connection.SendAsync([.. bytes]);
            if (await Task.WhenAny(sending, Task.Delay(1000)) != sending) return sent;
        }
        throw new Xunit.Sdk.XunitException("the agent went on reading and acknowledging, and nothing filled up");
    }
}
