using System.Globalization;
using System.Text;
using EdgeAgent.Pipeline.Formats;

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
        var ticks = 0L;
        var isRead = long.TryParse(text, CultureInfo.InvariantCulture, out var whole) ? EventTime.TryFromUnix(whole, ref ticks)
            : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction)
                ? EventTime.TryFromUnix(fraction, ref ticks)
                : EventTime.TryParse(Encoding.UTF8.GetBytes(text), ref ticks);
        return isRead && IsOfNow(ticks);
    }

    /// <summary>Whether a time is of this century.</summary>
    public static bool IsOfNow(long ticks) => ticks > Earliest && ticks < Latest;
}
