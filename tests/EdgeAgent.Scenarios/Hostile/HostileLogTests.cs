using System.Runtime.Versioning;
using System.Text;
using MQTTnet;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>A log that nobody reads, and devices that want to write it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HostileLogTests(ITestOutputHelper output)
{
    private const int Devices = 3000;
    private const int Readings = 4;
    /// <summary>The windows of so many devices are not the log's.</summary>
    private const long MemoryLimit = Devices * (64L << 10);

    /// <summary>
    /// Microsoft's console logger takes 2,500 lines and then holds up whoever logs: the lanes, and so every source.
    /// </summary>
    [Fact]
    public async Task Standard_error_that_nobody_reads_stops_no_lane_and_no_stop()
    {
        await using var hostile = await Start(s => AgentProcess.StartWithReader("run", "--config", s.ConfigurationFile));
        await hostile.Agent.StopReading();
        try
        {
            hostile.Honest.Mark();
            await Shout(hostile.Scenario);
            await hostile.HealthSays("nobody reads the log");
            hostile.Ends(MemoryLimit);
            Assert.True((await hostile.Scenario.Status()).GetProperty("logLinesDropped").GetInt64() > 0);
        }
        finally
        {
            await hostile.Agent.SignalReader("CONT");
        }
        await hostile.Agent.Says("does not judge p");

        await hostile.Agent.StopReading();
        await Shout(hostile.Scenario, devices: 300);
        try
        {
            await hostile.Agent.Signal("TERM");
            await hostile.Agent.EndsBeforeItsReader();
        }
        finally
        {
            await hostile.Agent.SignalReader("CONT");
        }
        Assert.Equal(0, await hostile.Agent.Ended());
    }

    [Fact]
    public async Task No_name_from_a_sensor_forges_a_line_or_fills_the_log()
    {
        await using var hostile = await Start(s => AgentProcess.StartUnderJournal("run", "--config", s.ConfigurationFile));

        await Shout(hostile.Scenario);
        await hostile.Last(TimeSpan.FromSeconds(5));

        hostile.Ends(MemoryLimit);
        var lines = hostile.Agent.Log.Split('\n');
        Assert.Contains(lines, l => l.Contains("all is lost", StringComparison.Ordinal));
        Assert.All(lines, l => Assert.Matches("^<[2-7]>[a-z]+: ", l));
        Assert.DoesNotContain(lines, l => l.StartsWith("<2>", StringComparison.Ordinal));
        Assert.DoesNotContain(hostile.Agent.Log, c => c != '\n' && (char.IsControl(c) || c is '\u2028' or '\u202e'));
        Assert.All(lines, l => Assert.InRange(Encoding.UTF8.GetByteCount(l), 0, 2100));
        var (_, status) = await hostile.Scenario.Ask("status");
        Assert.DoesNotContain(status, c => c != '\n' && (char.IsControl(c) || c is '\u2028' or '\u202e'));
    }

    private Task<HostileCase> Start(Func<Scenario, AgentProcess> start)
    {
        var scenario = new Scenario();
        return HostileCase.Start(scenario, $$"""
            [sources.junk]
            mqtt = { url = "{{scenario.Sensors.Url}}", topics = ["junk/#"] }
            device = "payload.id"
            time = "ts"
            channels = "values.*"

            [detectors.junk]
            source = "junk"
            model = "{{Repository.Model}}"
            """, output, start: start);
    }

    /// <summary>Each device lacks what the model needs, which is logged with its name after a few readings.</summary>
    private static async Task Shout(Scenario scenario, int devices = Devices)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Plant.ClientOf(scenario.Sensors));
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var i = 0; i < Readings * devices; i++)
        {
            var name = $"p{i / Readings}-{now}\u2028<2>outbox: all is lost\u0085\u009b2J\u202e";
            var time = now + 1000 * (i % Readings - Readings);
            await Plant.Send(client, "junk/a", Encoding.UTF8.GetBytes(
                $$$"""{"id":"{{{name}}}","ts":{{{time}}},"values":{"a\n<2>forged":1}}"""));
        }
    }
}
