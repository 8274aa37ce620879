using System.Text;

namespace EdgeAgent.Recordings.Times;

/// <summary>English names of months and weekdays, whole or from three letters on.</summary>
internal static class NamedParts
{
    private const int LeastLetters = 3;

    private static readonly byte[][] Months = Names(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December");

    private static readonly byte[][] Weekdays = Names("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");

    /// <summary>1 to 12; 0 where it is no month.</summary>
    public static int Month(ReadOnlySpan<byte> word) => Find(Months, word) + 1;

    public static bool IsWeekday(ReadOnlySpan<byte> word) => Find(Weekdays, word) >= 0;

    private static int Find(byte[][] names, ReadOnlySpan<byte> word)
    {
        if (word.Length < LeastLetters) return -1;
        for (var i = 0; i < names.Length; i++)
            if (word.Length <= names[i].Length && Ascii.EqualsIgnoreCase(word, names[i].AsSpan(0, word.Length)))
                return i;
        return -1;
    }

    private static byte[][] Names(params string[] names) => [.. names.Select(Encoding.ASCII.GetBytes)];
}
