using System.Buffers.Text;
using EdgeAgent.Pipeline;
using EdgeAgent.Recordings;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeAgent.Demo;

/// <summary>
/// A plant for a service that is not configured yet: a broker on loopback and four recorded pumps that play round and
/// round, ten times as fast as they were, with the time of day. So the agent can be watched at work before it has any.
/// </summary>
internal sealed partial class DemoPlantRun : IAsyncDisposable
{
    private const int WantedPort = 18830;
    private const double Speed = 10;
    /// <summary>Where a payload has its 13 digits of Unix milliseconds: behind <c>{"ts":</c>.</summary>
    private const int TimeAt = 6;
    private const int TimeDigits = 13;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly DemoBroker _broker;
    private readonly DemoPlant _plant;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _playing;

    private DemoPlantRun(DemoBroker broker, DemoPlant plant, AgentOptions options)
    {
        (_broker, _plant, Options) = (broker, plant, options);
        _playing = Task.Run(PlayAsync);
    }

    /// <summary>The demo's configuration, with the user's names and folders.</summary>
    public AgentOptions Options { get; }

    /// <exception cref="RecordingException">The recordings are not installed.</exception>
    public static async Task<DemoPlantRun> StartAsync(AgentOptions user, ILogger logger)
    {
        var plant = DemoPlant.Load(RecordingFiles.Find([DemoFiles.Recordings()]));
        var broker = await DemoBroker.StartAsync(WantedPort).ConfigureAwait(false);
        var folder = Directory.CreateTempSubdirectory("edgeagent-demo-");
        try
        {
            var demo = DemoConfiguration.Load(folder.FullName, broker.Url, DemoFiles.Model());
            Playing(logger, plant.Devices.Count, broker.Url);
            return new DemoPlantRun(broker, plant,
                user with { Sources = demo.Sources, Detectors = demo.Detectors, Rules = demo.Rules, Upstream = demo.Upstream });
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _broker.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task PlayAsync()
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _broker.Port)
            .WithClientId("demo-sensors").Build(), _stop.Token).ConfigureAwait(false);
        while (true)
        {
            var began = DateTimeOffset.UtcNow;
            foreach (var message in _plant.Messages)
            {
                var early = began + message.Due / Speed - DateTimeOffset.UtcNow;
                if (early > TimeSpan.FromMilliseconds(1))
                    await Task.Delay(early < Pause ? early : Pause, _stop.Token).ConfigureAwait(false);
                await client.PublishAsync(new MqttApplicationMessageBuilder()
                    .WithTopic(_plant.TopicOf(message)).WithPayload(WithTimeOfDay(message.Payload))
                    .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), _stop.Token).ConfigureAwait(false);
            }
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(false);
        }
    }

    private static byte[] WithTimeOfDay(byte[] payload)
    {
        var copy = payload.ToArray();
        _ = Utf8Formatter.TryFormat(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), copy.AsSpan(TimeAt, TimeDigits), out _);
        return copy;
    }

    [LoggerMessage(
        LogLevel.Information,
        "no source is configured: {Pumps} recorded pumps play on a broker of the agent's own, {Broker}. `edgeagent status --watch` shows "
            + "it; a [sources.NAME] in the configuration ends it")]
    private static partial void Playing(ILogger logger, int pumps, string broker);
}
