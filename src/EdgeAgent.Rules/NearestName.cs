namespace EdgeAgent.Rules;

/// <summary>Finds the name that was probably meant when an unknown one was written.</summary>
public static class NearestName
{
    /// <summary>Longer names are not compared, so that the work stays bounded.</summary>
    private const int LengthLimit = 64;

    /// <summary>The known name nearest to <paramref name="name"/>, or null where none is near.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        if (name.Length is 0 or > LengthLimit)
            return null;

        string? nearest = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) >= least)
                continue;
            var distance = Distance(name, candidate);
            if (distance < least && distance < Math.Max(name.Length, candidate.Length))
                (nearest, least) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two names; case does not count.</summary>
    private static int Distance(string left, string right)
    {
        Span<int> beforeLast = stackalloc int[2 * LengthLimit + 1];
        Span<int> last = stackalloc int[2 * LengthLimit + 1];
        Span<int> current = stackalloc int[2 * LengthLimit + 1];
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
            }
            var spare = beforeLast;
            beforeLast = last;
            last = current;
            current = spare;
        }
        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
