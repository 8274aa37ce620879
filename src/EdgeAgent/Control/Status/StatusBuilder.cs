using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Lanes;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Control.Status;

/// <summary>Gathers a <see cref="StatusReport"/> from counters, and from lanes and outbox as far as they answer.</summary>
internal sealed class StatusBuilder(AgentPipeline pipeline, Observer observer, TimeProvider time)
{
    private static readonly TimeSpan OutboxLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);
    private const int Tries = 4;

    public async Task<StatusReport> BuildAsync(AgentHealth health)
    {
        var learned = await pipeline.Requests.LearnedAsync().ConfigureAwait(false);
        var open = await pipeline.Requests.OpenAnomaliesAsync().ConfigureAwait(false);
        var outbox = await AskOutboxAsync(pipeline, time).ConfigureAwait(false);
        var (books, isBalanced) = await ReadLedgerAsync().ConfigureAwait(false);
        var (now, configured, life) = (time.GetUtcNow(), pipeline.Configured, observer.Life);
        var troubles = health.Troubles();
        return new StatusReport
        {
            Site = configured.Site,
            Agent = configured.Id,
            Version = AgentStatus.Version,
            Time = now,
            Started = life.Started,
            UptimeSeconds = Math.Round((now - life.Started).TotalSeconds, 1),
            Configuration = Configuration(life),
            Health = health.Word,
            Troubles = [.. troubles.Select(t => t.ToString())],
            TroubleList = [.. troubles.Select(t => new TroubleStatus { Text = t.Text, Remedy = t.Remedy })],
            Sources = [.. pipeline.Sources.Select(s => Source(s, now))],
            Detectors = [.. configured.Detectors.Select(d => Detector(d, learned))],
            DevicesNotJudged = pipeline.Lanes.Sum(l => l.Unjudged.Count),
            NotJudged = [.. pipeline.Lanes.SelectMany(l => l.Unjudged.Named).Select(UnjudgedStatus.Of)],
            OpenCount = open?.Count,
            OpenAnomalies = open is null ? null : OpenAnomalyStatus.Of(open, now),
            Gpio = GpioStatus.Of(pipeline.GpioLines),
            Outbox = Outbox(outbox),
            Link = Link(),
            Traffic = TrafficStatus.Of(pipeline),
            Books = Books(books, isBalanced),
            ResidentBytes = Environment.WorkingSet,
            LogLinesDropped = life.Log.DroppedInAll,
        };
    }

    /// <summary>What the outbox holds; null when it does not answer in time.</summary>
    public static async Task<OutboxReport?> AskOutboxAsync(AgentPipeline pipeline, TimeProvider time)
    {
        try
        {
            return await pipeline.AskOutboxAsync().WaitAsync(OutboxLimit, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Counters are read while they move, so only what stays wrong is wrong.</summary>
    private async Task<(Ledger Books, bool IsBalanced)> ReadLedgerAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var books = pipeline.Books;
            var held = await AskOutboxAsync(pipeline, time).ConfigureAwait(false);
            var after = pipeline.Books;
            // What the outbox holds can be compared only if nothing happened around it.
            var isHeldRight = held is null || books != after || held.Value.Entries == books.Owed;
            if (books.IsBalanced && isHeldRight) return (books, true);
            if (attempt == Tries) return (books, false);
            await Task.Delay(RetryPause, time).ConfigureAwait(false);
        }
    }

    private static ConfigurationStatus Configuration(AgentLife life) => new()
    {
        Path = life.Configuration,
        Taken = life.LastReload.Taken,
        Refused = life.LastReload.Refused,
        Reason = life.LastReload.Reason,
    };

    private SourceStatus Source(ISource source, DateTimeOffset now) => new()
    {
        Name = source.Name,
        Url = source.Options.Mqtt.Url,
        Topics = source.Options.Topics,
        Members = source.Members,
        Connected = source.Counters.IsConnected,
        Since = Since(source.Counters.ChangedTicks),
        Trouble = source.Trouble,
        Connections = source.Counters.Connections,
        SessionsLost = source.Counters.SessionsLost,
        TimesOfArrival = source.Counters.Times.OfArrival,
        Sparkplug = SparkplugStatus.Of(source.Counters.Sparkplug),
        Devices = source.Devices,
        DevicesLeft = source.Counters.DevicesLeft,
        ChannelsLeft = source.Counters.ChannelsLeft,
        Received = source.Counters.Received,
        PerSecond = Math.Round(observer.PerSecond(source.Name, source.Counters.Received), 1),
        BytesIn = source.Counters.BytesIn,
        Messages = MessagesStatus.Of(source, pipeline.Lanes, now),
        LastReceived = source.Intake?.Rhythm.LastTicks is > 0 and var last ? Since(last) : null,
        DevicesSilent = pipeline.Requests.Silent.Count(d => d.Source == source.Name),
        Silent = [.. pipeline.Requests.Silent.Where(d => d.Source == source.Name).Take(SilentStatus.Limit).Select(SilentStatus.Of)],
        UnmatchedTopics = source.Heard is { Unmatched: { Count: > 0 } unmatched } ? unmatched : null,
    };

    private DetectorStatus Detector(DetectorOptions options, ILookup<string, DeviceLearned>? learned)
    {
        var onLanes = pipeline.Lanes.SelectMany(l => l.Detectors).Where(d => d.Options.Name == options.Name).ToList();
        var manifest = onLanes.FirstOrDefault()?.Bundle.Manifest;
        return new DetectorStatus
        {
            Name = options.Name,
            Source = options.Source,
            Model = manifest?.Name ?? options.Model,
            Version = manifest?.Version,
            InService = manifest is not null,
            DevicesCalibrated = learned?[options.Name].Count(d => d.IsComplete),
            DevicesProvisional = learned?[options.Name].Count(d => d.IsProvisional),
            DevicesLearning = learned?[options.Name].Count(d => d.IsLearning),
            DevicesLacking = learned?[options.Name].Count(d => d.IsLacking),
            DevicesQuiet = learned?[options.Name].Count(d => d.IsQuiet),
            Judged = onLanes.Sum(d => d.Counters.Judged),
            NotANumber = onLanes.Sum(d => d.Counters.NotANumber),
            Gate = options.Gate,
            Events = onLanes.Sum(d => d.Counters.Reports),
        };
    }

    private OutboxStatus Outbox(OutboxReport? report)
    {
        var counters = pipeline.Outbox;
        return new OutboxStatus
        {
            Owed = counters.Owed,
            Bytes = report?.Bytes,
            LimitBytes = pipeline.Configured.Upstream.Outbox.Size,
            Oldest = Since(report?.OldestTicks ?? 0),
            DroppedFull = counters.DroppedFull,
            DroppedExpired = counters.DroppedExpired,
            DroppedRefused = counters.DroppedRefused,
            DroppedDamaged = counters.DroppedDamaged,
            DroppedPurged = counters.DroppedPurged,
            FileBytes = counters.FileBytes,
            Full = counters.IsFull,
            WrittenBytes = counters.WrittenBytes,
            WrittenTodayBytes = observer.WrittenToday,
            DiskRefuses = counters.IsDiskRefusing,
        };
    }

    private LinkStatus Link()
    {
        var counters = pipeline.Upstream.Counters;
        return new LinkStatus
        {
            Url = pipeline.Configured.Upstream.Mqtt.Url,
            Connected = counters.IsConnected,
            Since = Since(counters.ChangedTicks),
            Trouble = pipeline.Upstream.Trouble,
            LastTrouble = pipeline.Upstream.LastTrouble?.Text,
            LastTroubleTime = pipeline.Upstream.LastTrouble?.Time,
            Connections = counters.Connections,
            Failures = counters.Failures,
            Published = counters.Published,
        };
    }

    private static BooksStatus Books(in Ledger books, bool isBalanced) => new()
    {
        Received = books.Received,
        Windowed = books.Windowed,
        Filtered = books.Filtered,
        DeadLettered = books.DeadLettered,
        Shed = books.Shed,
        InFlight = books.InFlight,
        Events = books.Events,
        Delivered = books.Delivered,
        Owed = books.Owed,
        Dropped = books.Dropped,
        Balanced = isBalanced,
    };

    private static DateTimeOffset? Since(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
