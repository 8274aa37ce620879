using System.Text;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Discovery;

/// <summary>Finds the place of the event time: what reads as a time, is called like one, and is near the arrival.</summary>
internal static class TimePlace
{
    private static readonly long Earliest = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly long Latest = new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    /// <summary>Null: there is none.</summary>
    public static DocumentPlace? Find(IEnumerable<DocumentPlace> places) => places
        .Where(p => p.IsSingle && !p.Path.Contains("[*]", StringComparison.Ordinal) && CommonNames.IsTime(p.Name))
        .Where(p => p.Values.All(IsTime)).OrderBy(p => p.Path.Count(c => c == '.')).FirstOrDefault();

    /// <summary>Whether a text as it stands in a document is a time of this century.</summary>
    public static bool IsTime(string text)
    {
        var times = new EventTimeReader(new TimeOptions(), path: "");
        return times.FromText(Encoding.UTF8.GetBytes(text), arrivalTicks: 0, out var moment) == TimeOutcome.Ok && IsOfNow(moment.Ticks);
    }

    /// <summary>Whether a time is of this century.</summary>
    public static bool IsOfNow(long ticks) => ticks > Earliest && ticks < Latest;
}
