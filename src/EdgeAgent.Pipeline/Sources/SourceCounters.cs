using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.SparkplugB;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// What one source has received since the start. The source's loop writes, anyone may read. A message that brings readings of
/// several devices counts once for each of them.
/// </summary>
internal sealed class SourceCounters
{
    private readonly long[] _refused = new long[FailureTexts.Count];

    /// <summary>Messages, whatever became of them.</summary>
    public long Received;
    /// <summary>Messages that could not be used.</summary>
    public long DeadLettered;
    /// <summary>Those of them that were refused for a reason.</summary>
    public long Refused(DecodeFailure reason) => Volatile.Read(ref _refused[(int)reason]);
    /// <summary>Messages that the broker stored from before, which are no readings of now.</summary>
    public long FilteredRetained;
    /// <summary>Messages whose device belongs to another member of the group.</summary>
    public long FilteredOthers;
    /// <summary>Messages whose readings are all of the past, which the source skips.</summary>
    public long FilteredHistory;
    /// <summary>Messages that are no telemetry: commands, states, deaths.</summary>
    public long FilteredNoTelemetry;
    /// <summary>Messages whose values are null, of bad quality, or out of range.</summary>
    public long FilteredNoUsableValue;
    /// <summary>Messages on topics that the source leaves out.</summary>
    public long FilteredExcepted;
    /// <summary>What edge nodes let be noticed, where the source brings Sparkplug.</summary>
    public SparkplugTally Sparkplug { get; } = new();
    public TimeTally Times { get; } = new();
    /// <summary>Devices that made room for new ones.</summary>
    public long DevicesLeft;
    /// <summary>Names of some of them, since the source is as it is now.</summary>
    public LeftDevices Left { get; } = new();
    /// <summary>Channels that made room for new ones.</summary>
    public long ChannelsLeft;
    /// <summary>UTC ticks of when there was no room for a new device or channel; 0: there always was.</summary>
    public long CrowdedTicks;
    /// <summary>Messages given to the lanes.</summary>
    public long HandedOver;
    /// <summary>Bytes of all packets that arrived, protocol included.</summary>
    public long BytesIn;
    public long Connections;
    /// <summary>Sessions that the broker was to keep and did not: readings were lost.</summary>
    public long SessionsLost;
    /// <summary>UTC ticks of when the last of them was missed; 0: none was.</summary>
    public long SessionLostTicks;
    public volatile bool IsConnected;
    /// <summary>UTC ticks of when the connection came or went; 0: there was none yet.</summary>
    public long ChangedTicks;

    /// <summary>Counts a message that could not be used.</summary>
    public void CountRefused(DecodeFailure reason)
    {
        Received++;
        DeadLettered++;
        _refused[(int)reason]++;
    }

    /// <summary>Counts a message that was left out on purpose, for a reason that its decoding gave.</summary>
    public void CountLeftOut(DecodeFailure reason)
    {
        Received++;
        if (reason == DecodeFailure.History) FilteredHistory++;
        else if (reason == DecodeFailure.NoUsableValue) FilteredNoUsableValue++;
        else if (reason == DecodeFailure.Excepted) FilteredExcepted++;
        else FilteredNoTelemetry++;
    }

    /// <summary>Takes over what a source that is gone has counted.</summary>
    public void Add(SourceCounters gone)
    {
        Received += gone.Received;
        DeadLettered += gone.DeadLettered;
        FilteredRetained += gone.FilteredRetained;
        FilteredOthers += gone.FilteredOthers;
        FilteredHistory += gone.FilteredHistory;
        FilteredNoTelemetry += gone.FilteredNoTelemetry;
        FilteredNoUsableValue += gone.FilteredNoUsableValue;
        FilteredExcepted += gone.FilteredExcepted;
        Sparkplug.Add(gone.Sparkplug);
        Times.OfArrival += gone.Times.OfArrival;
        DevicesLeft += gone.DevicesLeft;
        ChannelsLeft += gone.ChannelsLeft;
        HandedOver += gone.HandedOver;
        BytesIn += gone.BytesIn;
        Connections += gone.Connections;
        SessionsLost += gone.SessionsLost;
        for (var i = 0; i < _refused.Length; i++)
            _refused[i] += gone._refused[i];
    }

    /// <summary>Messages left out on purpose.</summary>
    public long Filtered => FilteredRetained + FilteredOthers + FilteredHistory + FilteredNoTelemetry + FilteredNoUsableValue
        + FilteredExcepted;

    /// <summary>Messages that are being gathered into batches.</summary>
    public long Held => Math.Max(0, Volatile.Read(ref Received) - DeadLettered - Filtered - HandedOver);
}
