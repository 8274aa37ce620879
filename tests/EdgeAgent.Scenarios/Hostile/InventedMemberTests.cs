using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>Who may write on the topics of a group's members, and has not its secret, takes no device from those who judge.</summary>
public sealed class InventedMemberTests(ITestOutputHelper output) : IDisposable
{
    private const string Members = "edgeagent/test/share/pumps/";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_warns_of_a_group_without_a_secret()
    {
        using var scenario = new Scenario();
        scenario.Configure(source: ShareWith(secret: null));
        var (exitCode, output) = await AgentProcess.Run("check", "--config", scenario.ConfigurationFile);
        Assert.True(exitCode == 0, output);
        Assert.Contains("sources.pumps.share has no secret_file: whoever may write on edgeagent/test/share/pumps/+", output);

        scenario.Configure(source: ShareWith(Secret()));
        (exitCode, output) = await AgentProcess.Run("check", "--config", scenario.ConfigurationFile);
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("secret", output);
    }

    [Fact]
    public async Task Invented_members_replays_and_junk_take_no_device_and_cost_a_line_a_minute()
    {
        await using var hostile = await HostileCase.Start(new Scenario(), "", output, source: ShareWith(Secret()));
        await hostile.Agent.Says("is shared by 1: gateway");
        using var intruder = new MqttClientFactory().CreateMqttClient();
        var heard = new ConcurrentQueue<byte[]>();
        intruder.ApplicationMessageReceivedAsync += m =>
        {
            heard.Enqueue(m.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        await intruder.ConnectAsync(Plant.ClientOf(hostile.Scenario.Sensors));
        await intruder.SubscribeAsync(Members + "gateway", MqttQualityOfServiceLevel.AtLeastOnce);
        await Eventually.Holds(() => !heard.IsEmpty, () => "nothing is kept of the member");
        Assert.True(heard.TryPeek(out var signed));
        Assert.StartsWith("here ", Encoding.ASCII.GetString(signed!));

        for (var i = 0; i < 5000; i++)
        {
            await Plant.Send(intruder, $"{Members}invented-{i % 500}", "here"u8.ToArray(), isRetained: true);
            await Plant.Send(intruder, $"{Members}invented-{i % 500}", signed!);
            await Plant.Send(intruder, Members + "gateway", i % 2 == 0 ? [] : new byte[5000], isRetained: true);
        }
        await hostile.Last(TimeSpan.FromSeconds(3));

        Assert.Equal(1, hostile.Agent.Count("is shared by"));
        Assert.InRange(hostile.Agent.Count("messages about members are not believed"), 1, 3);
        hostile.Ends();

        // Whoever connects later hears of it again.
        heard.Clear();
        await Eventually.Holds(() => heard.Any(p => Encoding.ASCII.GetString(p).StartsWith("here ", StringComparison.Ordinal)),
            () => "the member does not say again that it is there");
    }

    private string Secret()
    {
        var file = _folder.File("secret");
        File.WriteAllText(file, "correct horse battery staple\n");
        return file;
    }

    /// <summary>Ends the table of the source's connection, and begins another, which the scenario ends.</summary>
    private static string ShareWith(string? secret) =>
        " }\nshare = { takeover = \"30s\"" + (secret is null ? "" : $", secret_file = \"{secret}\"");
}
