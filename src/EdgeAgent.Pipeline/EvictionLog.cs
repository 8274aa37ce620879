using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline;

/// <summary>
/// Tells in the log, a line a source and at most one a minute, of devices and channels that made room for new ones. Whoever samples
/// the pipeline calls it; it only reads counters.
/// </summary>
internal sealed partial class EvictionLog(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (long Devices, long Channels)> _told = [];
    private long? _toldAt;

    public void Tell(IReadOnlyList<ISource> sources)
    {
        // A source of that name that comes later counts from the beginning.
        foreach (var gone in _told.Keys.Except(sources.Select(s => s.Name)).ToList()) _told.Remove(gone);
        if (_toldAt is { } before && time.GetElapsedTime(before) < Every) return;
        foreach (var source in sources)
        {
            var (devices, channels) = (source.Counters.DevicesLeft, source.Counters.ChannelsLeft);
            var told = _told.GetValueOrDefault(source.Name);
            if (devices < told.Devices || channels < told.Channels) told = default;
            if ((devices, channels) == told) continue;
            MadeRoom(
                source.Name, devices - told.Devices, channels - told.Channels, NamesOf(source.Counters.Left),
                source.Options.DeviceLimit, source.Options.ChannelLimit);
            _told[source.Name] = (devices, channels);
            _toldAt = time.GetTimestamp();
        }
    }

    private static string NamesOf(LeftDevices left) =>
        left.Named.Count == 0 ? "" : $" Of all since the start, these had been there longest: {string.Join(", ", left.Named)}.";

    [LoggerMessage(LogLevel.Warning,
        "source {Source} has as many devices or channels as it may: {Devices} devices and {Channels} channels that were silent longest "
            + "made room for new ones.{Names} device_limit is {DeviceLimit}, channel_limit {ChannelLimit}")]
    private partial void MadeRoom(string source, long devices, long channels, string names, int deviceLimit, int channelLimit);
}
