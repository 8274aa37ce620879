using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeAgent.Recordings.Times;

/// <summary>
/// Reads times written to a pattern in .NET's letters for dates, as <c>dd.MM.yyyy HH:mm:ss</c>, without allocating. For any thread.
/// </summary>
public sealed class TimestampPattern
{
    /// <summary>The letters, for whoever wrote others.</summary>
    public const string Letters =
        "yyyy, yy, MMMM, MMM, MM, M, dddd, ddd, dd, d, HH, H, hh, h, mm, m, ss, s, f to fffffff, F to FFFFFFF, tt, z, zz, zzz, K";

    private readonly PatternToken[] _tokens;

    private TimestampPattern(PatternToken[] tokens) => _tokens = tokens;

    /// <summary>Compiles a pattern, or says what is the matter with it.</summary>
    public static bool TryCompile(
        string pattern, [NotNullWhen(true)] out TimestampPattern? compiled, [NotNullWhen(false)] out string? problem)
    {
        compiled = null;
        var tokens = new List<PatternToken>();
        problem = Split(pattern, tokens) ?? Missing(tokens);
        if (problem is not null) return false;
        compiled = new TimestampPattern([.. tokens]);
        return true;
    }

    /// <summary>Reads the whole text; blanks around it do not count.</summary>
    public bool TryRead(ReadOnlySpan<byte> utf8, out WrittenTime time)
    {
        var text = new AsciiCursor(TimestampText.Trim(utf8));
        var parts = default(TimeParts);
        int half = -1;
        time = default;
        for (var i = 0; i < _tokens.Length; i++)
        {
            // The point of a fraction that is left out is left out with it.
            if (_tokens[i].Kind == PatternKind.Literal && i + 1 < _tokens.Length && _tokens[i + 1].Kind == PatternKind.Optional
                && !text.Rest.StartsWith(_tokens[i].Literal))
                i++;
            else if (!_tokens[i].TryRead(ref text, ref parts, ref half))
                return false;
        }
        if (half >= 0 && !parts.TryHalf(isAfternoon: half == 1)) return false;
        return text.IsEmpty && parts.TryCompose(out time);
    }

    private static string? Split(string pattern, List<PatternToken> tokens)
    {
        for (var i = 0; i < pattern.Length;)
        {
            var c = pattern[i];
            if (c is '\'' or '"')
            {
                var end = pattern.IndexOf(c, i + 1);
                if (end < 0) return $"has a {c} without its second one";
                AddLiteral(tokens, pattern[(i + 1)..end]);
                i = end + 1;
                continue;
            }
            if (c == '\\')
            {
                if (i + 1 == pattern.Length) return "ends in a \\";
                AddLiteral(tokens, pattern.Substring(i + 1, 1));
                i += 2;
                continue;
            }
            var count = 1;
            while (i + count < pattern.Length && pattern[i + count] == c) count++;
            if (c is 'T' or 'Z' || !char.IsAsciiLetter(c))
            {
                for (var n = 0; n < count; n++)
                    if (c == 'Z') tokens.Add(PatternToken.Utc);
                    else AddLiteral(tokens, c.ToString());
            }
            else if (PatternToken.Of(c, count) is { } token)
                tokens.Add(token);
            else
                return $"has \"{new string(c, count)}\", which stands for nothing";
            i += count;
        }
        return null;
    }

    private static void AddLiteral(List<PatternToken> tokens, string text)
    {
        if (text.Length > 0) tokens.Add(new PatternToken(PatternKind.Literal, 0, 0, Encoding.UTF8.GetBytes(text)));
    }

    private static string? Missing(List<PatternToken> tokens)
    {
        bool Has(PatternKind kind) => tokens.Exists(t => t.Kind == kind);
        if (!Has(PatternKind.Year) && !Has(PatternKind.ShortYear)) return "has no year (yyyy)";
        if (!Has(PatternKind.Month) && !Has(PatternKind.MonthName)) return "has no month (MM)";
        if (!Has(PatternKind.Day)) return "has no day (dd)";
        if (Has(PatternKind.HalfHour) != Has(PatternKind.Half)) return "has hh without tt, or tt without hh: HH counts to 24";
        return null;
    }
}
