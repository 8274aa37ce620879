using System.Diagnostics;
using EdgeAgent.Listening;
using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tap;

/// <summary>
/// Listens beside the agent to what its sources listen to, one thread a source, and shows what each source makes of each message.
/// Joined readings and scores are the running agent's and not shown.
/// </summary>
/// <param name="request">What is to be shown.</param>
/// <param name="agentId">The agent whose sources they are.</param>
/// <param name="view">Shows messages.</param>
/// <param name="say">Tells of connections.</param>
internal sealed class TapRun(TapRequest request, string agentId, ITapView view, Action<string> say) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MessageRecorder? _recorder = request.Save is null ? null : new MessageRecorder(request.Save);
    private readonly TapTally _tally = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Stopwatch _watch = new();
    private int _matching;
    private bool _hasFailed;

    /// <summary>Whether messages came, and no connection failed.</summary>
    public bool IsFine => !_hasFailed && _tally.Messages > 0;

    /// <summary>Listens until it is interrupted, its time is over, or it has shown enough.</summary>
    public async Task RunAsync(IReadOnlyList<SourceOptions> sources, CancellationToken cancel)
    {
        using var interrupt = cancel.Register(_end.Cancel);
        if (request.Span is { } span) _end.CancelAfter(span);
        _watch.Start();
        await Task.WhenAll(sources.Select(source => Task.Factory.StartNew(
            () => Listen(source), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).ConfigureAwait(false);
        _watch.Stop();
    }

    /// <summary>What came, in a few lines.</summary>
    public IEnumerable<string> Summary()
    {
        yield return _tally.Summary(_watch.Elapsed);
        if (view.Hidden > 0) yield return $"{view.Hidden} were not shown; --json or a pipe shows all";
        if (_recorder is null) yield break;
        yield return $"{_recorder.Count} saved in {request.Save}"
            + (_recorder.LeftOut > 0 ? $", {_recorder.LeftOut} not: the file is as large as it may be" : "");
    }

    public void Dispose()
    {
        _recorder?.Dispose();
        _end.Dispose();
    }

    private void Listen(SourceOptions source)
    {
        using var probe = new SourceProbe(source);
        var clientId = source.Mqtt.ClientId.Length > 0 ? source.Mqtt.ClientId : $"edgeagent-{agentId}-{source.Name}";
        var listener = new BrokerListener(
            source.Mqtt, $"{clientId}-tap", source.Topics, source.PayloadLimit + 1, message => Take(source, probe, message))
        {
            Subscribed = () => Say($"{source.Name}: listening at {source.Mqtt.Url} to {string.Join(", ", source.Topics)}"),
            Retained = source.Retained ? RetainHandling.Always : RetainHandling.Never,
        };
        try
        {
            listener.Listen(_end.Token);
        }
        catch (MqttException e)
        {
            _hasFailed = true;
            Say($"{source.Name}: {source.Mqtt.Url}: {e.Message}");
        }
        catch (IOException e)
        {
            // The recording alone writes to a disk; without it there is no point in going on.
            _hasFailed = true;
            Say(e.Message);
            _end.Cancel();
        }
    }

    private void Say(string text)
    {
        lock (_gate) say(text);
    }

    private void Take(SourceOptions source, SourceProbe probe, HeardMessage message)
    {
        lock (_gate)
        {
            if (_end.IsCancellationRequested) return;
            var probed = probe.Decode(message);
            _tally.Add(source.Name, probed);
            if (!probed.IsLeftAlone && !message.IsCut) _recorder?.Add(message);
            if (request.OnlyRefused && probed.Outcome != ProbedOutcome.Refused) return;
            view.Show(source, message, probed);
            if (++_matching >= request.Count) _end.Cancel();
        }
    }
}
