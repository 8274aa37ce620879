using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Replay.Plot;

namespace EdgeAgent.Replay;

/// <summary>Hands what a lane tells to all that want to know it: the files of events and verdicts, and the picture.</summary>
internal sealed class ReplayWatch(EventLines events, VerdictLines verdicts, PlotRecorder? plot) : IEventSink, IJudgementObserver
{
    public void Take(AnomalyEvent anomaly, EventReceipt? receipt)
    {
        events.Take(anomaly, receipt);
        verdicts.Take(anomaly);
        plot?.Take(anomaly);
    }

    public void Arrived(Device device, long timeTicks, ReadOnlySpan<float> values, ChannelNames channels) =>
        plot?.Arrived(device, timeTicks, values, channels);

    public void Judged(DetectorTrack track, long timeTicks, float score)
    {
        verdicts.Judged(track, timeTicks, score);
        plot?.Judged(track, timeTicks, score);
    }
}
