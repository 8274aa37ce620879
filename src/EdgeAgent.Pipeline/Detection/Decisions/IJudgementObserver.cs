using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>Hears of every reading and judgement; called on the lane, so it must be quick.</summary>
internal interface IJudgementObserver
{
    /// <summary>A reading has come in order and is about to be taken in; <see cref="Device.LaneData"/> stands as before it.</summary>
    /// <param name="device">Whose reading.</param>
    /// <param name="timeTicks">Event time.</param>
    /// <param name="values">The reading, by position in <paramref name="channels"/>; good for the call only.</param>
    /// <param name="channels">What the positions mean.</param>
    void Arrived(Device device, long timeTicks, ReadOnlySpan<float> values, ChannelNames channels)
    {
    }

    /// <summary>A window was judged; the events that this caused were told before.</summary>
    void Judged(Windows.DetectorTrack track, long timeTicks, float score);

    /// <summary>The same with all that the decision looked at; good for the call only.</summary>
    void Judged(in Judgement judgement, float score) => Judged(judgement.Track, judgement.TimeTicks, score);
}
