using System.Buffers;
using System.Text;

namespace EdgeAgent.Pipeline.Formats.Json;

/// <summary>
/// Makes JSON of what is nearly JSON and cannot be misread: NaN and Infinity, as Python writes them, become null; "+1" and ".5"
/// become numbers. Texts stay as they are. What could mean two things, as "010" or a decimal comma, stays wrong.
/// </summary>
internal sealed class JsonRepair
{
    /// <summary>What ends a word or number.</summary>
    private static readonly SearchValues<byte> Borders = SearchValues.Create("{}[],:\" \t\r\n"u8);

    private byte[] _repaired = new byte[1024];
    private int _length;

    /// <summary>Whether the source's payloads have needed it.</summary>
    public bool IsUsual { get; set; }

    /// <summary>Without a byte order mark before, and white space and NULs around.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("\uFEFF"u8)) payload = payload[3..];
        return payload.Trim(" \t\r\n\0"u8);
    }

    /// <summary>False: there is nothing to repair.</summary>
    public bool TryRepair(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> repaired)
    {
        // Each token grows by a byte at most, and has one at least.
        if (_repaired.Length < 2 * payload.Length) _repaired = new byte[Math.Max(2 * payload.Length, 2 * _repaired.Length)];
        _length = 0;
        var isChanged = false;
        for (var at = 0; at < payload.Length;)
        {
            var rest = payload[at..];
            var taken = TakeText(rest);
            if (taken == 0) taken = TakeToken(rest, ref isChanged);
            at += taken;
        }
        repaired = _repaired.AsSpan(0, _length);
        return isChanged;
    }

    private int TakeText(ReadOnlySpan<byte> rest)
    {
        if (rest[0] != '"') return 0;
        var end = 1;
        while (end < rest.Length && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
        end = Math.Min(end + 1, rest.Length);
        Append(rest[..end]);
        return end;
    }

    /// <summary>A word or number up to what cannot be in one, or a single byte.</summary>
    private int TakeToken(ReadOnlySpan<byte> rest, ref bool isChanged)
    {
        var end = rest.IndexOfAny(Borders);
        var token = end < 0 ? rest : rest[..Math.Max(1, end)];
        var sign = token[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        var word = token[sign..];
        if (IsNoNumber(word))
        {
            Append("null"u8);
            isChanged = true;
            return token.Length;
        }
        var needsZero = word.Length > 1 && word[0] == '.' && IsDigit(word[1]);
        var hasPlus = token[0] == '+' && !word.IsEmpty && (IsDigit(word[0]) || needsZero);
        if (!needsZero && !hasPlus)
        {
            Append(token);
            return token.Length;
        }
        isChanged = true;
        if (token[0] == '-') Append("-"u8);
        if (needsZero) Append("0"u8);
        Append(word);
        return token.Length;
    }

    private static bool IsNoNumber(ReadOnlySpan<byte> word) =>
        word.Length is >= 3 and <= 8
        && (Ascii.EqualsIgnoreCase(word, "nan"u8) || Ascii.EqualsIgnoreCase(word, "infinity"u8) || Ascii.EqualsIgnoreCase(word, "inf"u8));

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_repaired.AsSpan(_length));
        _length += bytes.Length;
    }
}
