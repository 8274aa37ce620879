using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// The devices of one lane that send and are judged by no detector: they lack channels, or leave a choice. A device that still
/// calibrates is judged soon, and one at a closed gate is kept out on purpose: they are not listed. The lane writes, anyone may read.
/// </summary>
internal sealed class UnjudgedDevices
{
    /// <summary>A device may send its channels one by one at first.</summary>
    private const int MessageLimit = 30;
    private const int SlowMessageLimit = 3;
    private static readonly long TimeLimitTicks = TimeSpan.FromMinutes(2).Ticks;

    private readonly NamedSome<DeviceTrack, UnjudgedDevice> _unjudged = new();

    public int Count => _unjudged.Count;

    /// <summary>Some of them.</summary>
    public IReadOnlyList<UnjudgedDevice> Named => _unjudged.Named;

    /// <summary>What became of a message.</summary>
    /// <param name="track">Its device.</param>
    /// <param name="outcome">Of all detectors together.</param>
    /// <param name="channels">What its source has.</param>
    /// <param name="arrivalTicks">When it came.</param>
    public void Note(DeviceTrack track, WindowOutcome outcome, ChannelNames channels, long arrivalTicks)
    {
        // A part of a reading says nothing yet; where readings come in parts, the one that ends a reading counts.
        if (outcome == WindowOutcome.Waiting) return;
        if (outcome != WindowOutcome.LacksChannel || track.Detectors.Length == 0)
        {
            if (track.NotTaken > 0) Forget(track);
            return;
        }
        if (track.NotTaken++ == 0) track.NotTakenSince = arrivalTicks;
        var isSlow = track.NotTaken >= SlowMessageLimit && arrivalTicks - track.NotTakenSince >= TimeLimitTicks;
        if (!track.IsUnjudged && (track.NotTaken >= MessageLimit || isSlow)) Add(track, channels);
    }

    /// <summary>Forgets all, as devices and detectors change.</summary>
    public void BeginAnew(IReadOnlyList<DeviceTrack> tracks)
    {
        foreach (var track in tracks)
            (track.NotTaken, track.IsUnjudged) = (0, false);
        _unjudged.Clear();
    }

    /// <summary>The device leaves.</summary>
    public void Leave(DeviceTrack track) => Forget(track);

    private void Add(DeviceTrack track, ChannelNames channels)
    {
        track.IsUnjudged = true;
        _unjudged.Add(track, UnjudgedDevice.Of(track, channels));
    }

    private void Forget(DeviceTrack track)
    {
        track.NotTaken = 0;
        if (!track.IsUnjudged) return;
        track.IsUnjudged = false;
        _unjudged.Remove(track);
    }
}
