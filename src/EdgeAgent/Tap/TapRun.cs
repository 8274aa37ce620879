using System.Diagnostics;
using System.Text;
using EdgeAgent.Cli;
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
/// <param name="sources">Those.</param>
/// <param name="view">Shows messages.</param>
/// <param name="say">Tells of connections.</param>
internal sealed class TapRun(
    TapRequest request, string agentId, IReadOnlyList<SourceOptions> sources, ITapView view, Action<string> say) : IDisposable
{
    /// <summary>For so long the first messages wait to be shown, so that all columns are as wide as theirs.</summary>
    private static readonly TimeSpan SettleAfter = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly TapFiles _files = new(request);
    private readonly TapTally _tally = new();
    private readonly List<(SourceOptions Source, SourceTopics Topics)> _listening = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Stopwatch _watch = new();
    private Timer? _settle;
    private int _matching;
    private bool _hasFailed;

    /// <summary>Whether messages came, and no connection failed.</summary>
    public bool IsFine => !_hasFailed && _tally.Messages > 0;

    /// <summary>Listens until it is interrupted, its time is over, or it has shown enough.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var interrupt = cancel.Register(_end.Cancel);
        _watch.Start();
        if (request.Span is { } span) _end.CancelAfter(span);
        await Task.WhenAll(sources.Select(source => Task.Factory.StartNew(
            () => Listen(source), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).ConfigureAwait(false);
        _watch.Stop();
        lock (_gate) view.Settle();
    }

    /// <summary>What came, in a few lines; none where no broker let it listen.</summary>
    public IEnumerable<string> Summary()
    {
        if (_listening.Count == 0) yield break;
        if (_tally.Messages > 0) yield return _tally.Summary(_watch.Elapsed);
        foreach (var remedy in _tally.Remedies())
            yield return remedy;
        foreach (var (source, _) in _listening.Where(l => _tally.Of(l.Source.Name) == 0))
            yield return $"{source.Name}: nothing has come on {string.Join(" or ", source.Topics)} in {Words.Duration(_watch.Elapsed)}; "
                + "check the topics, upper and lower case included; `edgeagent config init` shows what is there";
        if (view.Hidden > 0) yield return $"{Words.Count(view.Hidden)} were not shown; --json or a pipe shows all";
        foreach (var line in _files.Summary())
            yield return line;
    }

    public void Dispose()
    {
        _settle?.Dispose();
        _files.Dispose();
        _end.Dispose();
    }

    private void Listen(SourceOptions source)
    {
        using var probe = new SourceProbe(source, request.SaveReadings is null ? SourceProbe.ReadingLimit : int.MaxValue);
        var clientId = source.Mqtt.ClientId.Length > 0 ? source.Mqtt.ClientId : $"edgeagent-{agentId}-{source.Name}";
        var listener = new BrokerListener(
            source.Mqtt, $"{clientId}-tap", source.Topics, source.PayloadLimit + 1, message => Take(source, probe, message))
        {
            Subscribed = () => Began(source),
            Retained = source.Retained ? RetainHandling.Always : RetainHandling.Never,
        };
        try
        {
            listener.Listen(_end.Token);
        }
        catch (MqttException e)
        {
            Failed($"{source.Name}: {source.Mqtt.Url}: {e.Message}");
        }
        catch (IOException e)
        {
            // The files alone write to a disk; without them there is no point in going on.
            Failed(e.Message);
            _end.Cancel();
        }
    }

    private void Began(SourceOptions source)
    {
        lock (_gate)
        {
            _listening.Add((source, new SourceTopics(source.Topics)));
            say($"{source.Name}: listening at {source.Mqtt.Url} to {string.Join(", ", source.Topics)}");
        }
    }

    private void Failed(string text)
    {
        lock (_gate)
        {
            _hasFailed = true;
            say(text);
        }
    }

    private void Take(SourceOptions source, SourceProbe probe, HeardMessage message)
    {
        lock (_gate)
        {
            if (_end.IsCancellationRequested) return;
            var probed = probe.Decode(message);
            _tally.Add(source, probed);
            _files.Add(message, probed, isFirst: !IsBroughtBefore(source, message));
            if (request.OnlyRefused && probed.Outcome != ProbedOutcome.Refused) return;
            view.Show(source, message, probed);
            _settle ??= new Timer(_ => Settle(), null, SettleAfter, Timeout.InfiniteTimeSpan);
            if (++_matching >= request.Count) _end.Cancel();
        }
    }

    private void Settle()
    {
        lock (_gate) view.Settle();
    }

    /// <summary>Whether a source that listens at the same broker brings the message, too: saved twice it would be replayed twice.</summary>
    private bool IsBroughtBefore(SourceOptions source, HeardMessage message)
    {
        foreach (var (other, topics) in _listening)
        {
            if (ReferenceEquals(other, source)) return false;
            if (other.Mqtt.Url == source.Mqtt.Url && (other.Retained || !message.IsRetained)
                && message.Payload.Length <= other.PayloadLimit && topics.Matches(Encoding.UTF8.GetBytes(message.Topic)))
                return true;
        }
        return false;
    }
}
