using System.Diagnostics;
using System.Globalization;
using System.Text;
using MQTTnet;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>
/// An honest sensor of source <c>pumps</c>, device <c>pump-1</c>, that sends ten readings a second, whatever happens beside it. The
/// agent is configured with <see cref="Detector"/>: it tells each window upstream, which shows how long nothing was judged.
/// </summary>
internal sealed class HonestSource : IAsyncDisposable
{
    /// <summary>More lines of the scenario's detector.</summary>
    public const string Detector = "forward = \"every-window\"";

    /// <summary>What the issue of silencing allows: ten readings.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    private const string Topic = $"plant/{Plant.Device}/telemetry";
    private const int Calibration = 450;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    /// <summary>A second apart, all of them in the half hour before now: neither ahead of the clock nor long ago.</summary>
    private readonly long _firstTime = DateTimeOffset.UtcNow.AddMinutes(-40).ToUnixTimeMilliseconds();
    private readonly Gaps _sent;
    private readonly Gaps _judged;
    private long _from;
    private Task _sending = Task.CompletedTask;

    private HonestSource(Gaps sent, Gaps judged)
    {
        _sent = sent;
        _judged = judged;
    }

    /// <summary>How often windows of the honest device were seen to be judged.</summary>
    public int Judged => _judged.Count;

    /// <summary>Teaches the running agent its device, waits until it is judged, and goes on by itself.</summary>
    /// <param name="scenario">Its brokers.</param>
    /// <param name="isHubHonest">Whether the scenario's hub tells what was judged; otherwise the agent is asked.</param>
    public static async Task<HonestSource> Start(Scenario scenario, bool isHubHonest = true)
    {
        Gaps judged = isHubHonest
            ? await ArrivalGaps.Listen(scenario.Hub, "anomalies/#", "\"io.edgeagent.window.scored\"")
            : JudgedGaps.Ask(scenario.StateFolder);
        var source = new HonestSource(await ArrivalGaps.Listen(scenario.Sensors, Topic, "values"), judged);
        await source._client.ConnectAsync(Plant.ClientOf(scenario.Sensors));
        for (var i = 0; i < Calibration; i++) await source.Send(i);
        source._sending = Task.Run(source.SendOn);
        var before = source.Judged;
        await Eventually.Holds(() => source.Judged > before + 5, () => $"{source.Judged} windows of the honest device are judged");
        source.Mark();
        return source;
    }

    /// <summary>From now on it counts.</summary>
    public void Mark() => _from = Stopwatch.GetTimestamp();

    /// <summary>The longest time since the mark in which nothing of the honest device was judged.</summary>
    public TimeSpan Silence => _judged.Longest(_from, Stopwatch.GetTimestamp());

    /// <summary>
    /// Holds when the honest device was judged all the time since the mark. What the machine itself held up, as a plain client of
    /// the same broker sees it, does not count.
    /// </summary>
    public string AssertNeverSilent()
    {
        var now = Stopwatch.GetTimestamp();
        var (judged, sent) = (_judged.Longest(_from, now), _sent.Longest(_from, now));
        var told = $"silent for {judged.TotalSeconds:0.00} s at most; a plain client for {sent.TotalSeconds:0.00} s";
        Assert.True(judged <= SilenceLimit + sent, told);
        return told;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        await _sent.DisposeAsync();
        await _judged.DisposeAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SendOn()
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            await Send(Calibration + i);
            var ahead = (i + 1) * Every - clock.Elapsed;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead);
        }
    }

    /// <summary>A recorded reading under a time of its own: 13 digits of Unix milliseconds behind <c>{"ts":</c>.</summary>
    private Task Send(int reading)
    {
        // The first readings of the recording: what comes later in it is a fault, which says more than that it was judged.
        var payload = (byte[])Plant.Payloads[reading % Calibration].Clone();
        var time = (_firstTime + reading * 1000L).ToString(CultureInfo.InvariantCulture);
        Encoding.ASCII.GetBytes(time, payload.AsSpan(6, 13));
        return Plant.Send(_client, Topic, payload, qos: 0);
    }
}
