using System.Globalization;

namespace EdgeAgent.Configuration;

/// <summary>Numbers, durations and sizes. Each gives the fallback where the key is absent, or wrong and reported.</summary>
internal sealed partial class TomlScope
{
    public int Integer(string key, int fallback, int least, int most, string? expected = null)
        => Integer(key, least, most, expected) ?? fallback;

    public int? Integer(string key, int least, int most, string? expected = null)
    {
        var number = Find(key) switch
        {
            null => null,
            IntegerNode integer => integer.Value,
            TextNode { FromEnvironment: true } text
                when long.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read) => read,
            _ => (long?)long.MinValue,
        };
        if (number is null)
            return null;
        if (number >= least && number <= most)
            return (int)number;
        Wrong(key, Find(key)!, expected ?? FormattableString.Invariant($"a whole number from {least} to {most}"));
        return null;
    }

    public float? Number(string key, Func<float, bool>? fits = null, string expected = "a number")
    {
        var number = Find(key) switch
        {
            null => null,
            IntegerNode integer => integer.Value,
            FloatNode written => (float)written.Value,
            TextNode { FromEnvironment: true } text
                when float.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) => read,
            _ => (float?)float.NaN,
        };
        if (number is null)
            return null;
        if (float.IsFinite(number.Value) && fits?.Invoke(number.Value) != false)
            return number;
        Wrong(key, Find(key)!, expected);
        return null;
    }

    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan least, TimeSpan most)
    {
        if (Find(key) is not { } value)
            return fallback;
        var duration = value is TextNode text ? Units.Duration(text.Value) : null;
        if (duration is null)
            Wrong(key, value, $"a duration in quotes with its unit ({Units.Durations}), as in \"{Units.Show(fallback)}\"");
        else if (duration < least || duration > most)
            Wrong(key, value, $"a duration from {Units.Show(least)} to {Units.Show(most)}");
        else
            return duration.Value;
        return fallback;
    }

    public long Size(string key, long fallback, long least, long most)
    {
        if (Find(key) is not { } value)
            return fallback;
        var size = value is TextNode text ? Units.Size(text.Value) : null;
        if (size is null)
            Wrong(key, value, $"a size in quotes with its unit ({Units.Sizes}), as in \"{Units.Show(fallback)}\"");
        else if (size < least || size > most)
            Wrong(key, value, $"a size from {Units.Show(least)} to {Units.Show(most)}");
        else
            return size.Value;
        return fallback;
    }

    /// <summary>Events a second.</summary>
    public double Rate(string key, double fallback)
    {
        if (Find(key) is not { } value)
            return fallback;
        if (value is TextNode text && Units.PerSecond(text.Value) is { } rate)
            return rate;
        Wrong(key, value, "a rate in quotes with its unit (/s, /m or /h), as in \"50/s\"");
        return fallback;
    }
}
