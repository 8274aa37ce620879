using System.Text;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>
/// Ids made from what an event is about, not from when it is sent: the same readings give the same ids, live, replayed
/// or after a restart, so a consumer can drop repeats.
/// </summary>
internal static class EventIds
{
    private const int IdBytes = 16;

    public static string Anomaly(string device, LaneDetector detector, long startedTicks) => Hash(device, detector, startedTicks);

    public static string Report(string anomalyId, int number) => $"{anomalyId}-{number}";

    public static string Scored(string device, LaneDetector detector, long timeTicks, int sameTime) =>
        "s" + Hash(device, detector, timeTicks) + (sameTime > 0 ? $"-{sameTime}" : "");

    private static string Hash(string device, LaneDetector detector, long ticks)
    {
        var text = $"{device}\n{detector.Options.Name}\n{detector.Bundle.Manifest.Name}\n{detector.Bundle.Manifest.Version}\n{ticks}";
        return Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(text)).AsSpan(0, IdBytes));
    }
}
