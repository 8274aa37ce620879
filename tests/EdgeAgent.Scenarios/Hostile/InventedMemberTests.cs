using System.Collections.Concurrent;
using System.Buffers;
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
    public async Task Invented_members_replays_and_junk_take_no_device_and_cost_a_line_a_minute()
    {
        var secret = _folder.File("secret");
        await File.WriteAllTextAsync(secret, "correct horse battery staple\n");
        // Ends the table of the connection, and begins another.
        var share = $$""" }{{"\n"}}share = { takeover = "30s", secret_file = "{{secret}}" """;
        await using var hostile = await HostileCase.Start(new Scenario(), "", output, source: share);
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
}
