using System.Text;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Discovery;

/// <summary>Finds the place of the event time: what reads as a time, is called like one, and is near the arrival.</summary>
internal static class TimePlace
{
    private static readonly long Earliest = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly long Latest = new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private static readonly TimeSpan LeastGapOfDates = TimeSpan.FromHours(20);

    /// <summary>Null: there is none.</summary>
    public static DocumentPlace? Find(IEnumerable<DocumentPlace> places, TopicShape shape) => places
        .Where(p => p.IsSingle && !p.Path.Contains("[*]", StringComparison.Ordinal) && IsTime(p, shape))
        .OrderBy(p => p.Path.Count(c => c == '.')).FirstOrDefault();

    /// <summary>Whether all that stands there are times.</summary>
    public static bool IsTime(DocumentPlace place) => CommonNames.IsTime(place.Name) && place.Values.All(IsTime);

    /// <summary>Whether all that stands there are times, and tell one message from the next.</summary>
    public static bool IsTime(DocumentPlace place, TopicShape shape) =>
        IsTime(place) && !(place.Values.All(IsDate) && !(shape.Gap > LeastGapOfDates));

    /// <summary>Whether a text names a day and no hour.</summary>
    private static bool IsDate(string text) => TryRead(text, out var ticks) && ticks % TimeSpan.TicksPerDay == 0;

    /// <summary>Whether a text as it stands in a document is a time of this century.</summary>
    public static bool IsTime(string text) => TryRead(text, out var ticks) && IsOfNow(ticks);

    /// <summary>Whether a time is of this century.</summary>
    public static bool IsOfNow(long ticks) => ticks > Earliest && ticks < Latest;

    private static bool TryRead(string text, out long ticks)
    {
        var times = new EventTimeReader(new TimeOptions());
        var outcome = times.FromText(Encoding.UTF8.GetBytes(text), arrivalTicks: 0, out var moment);
        ticks = moment.Ticks;
        return outcome == TimeOutcome.Ok;
    }
}
