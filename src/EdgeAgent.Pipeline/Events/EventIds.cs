using System.Text;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Events;

/// <summary>What an event's id is made from, besides its device and time.</summary>
/// <param name="Detector">The detector.</param>
/// <param name="Model">Its model.</param>
/// <param name="Version">The model's version.</param>
internal readonly record struct EventOrigin(string Detector, string Model, string Version);

/// <summary>
/// Makes ids from what an event is about, not from when it is sent. The same readings give the same ids, live, replayed or
/// after a restart, so a consumer can drop repeats.
/// </summary>
internal static class EventIds
{
    private const int IdBytes = 16;

    public static string Anomaly(string device, in EventOrigin origin, long startedTicks) => Hash(device, origin, startedTicks);

    public static string Report(string anomalyId, int number) => $"{anomalyId}-{number}";

    public static string Scored(string device, in EventOrigin origin, long timeTicks, int sameTime) =>
        "s" + Hash(device, origin, timeTicks) + (sameTime > 0 ? $"-{sameTime}" : "");

    private static string Hash(string device, in EventOrigin origin, long ticks)
    {
        var text = $"{device}\n{origin.Detector}\n{origin.Model}\n{origin.Version}\n{ticks}";
        return Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(text)).AsSpan(0, IdBytes));
    }
}
