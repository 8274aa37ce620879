using System.Globalization;

namespace EdgeAgent.Configuration;

/// <summary>Reads numbers, durations and sizes. Each method gives the fallback where the key is absent, or wrong and reported.</summary>
internal static class TomlNumbers
{
    public static int Integer(this TomlScope scope, string key, int fallback, int least, int most, string? expected = null)
        => scope.Integer(key, least, most, expected) ?? fallback;

    public static int? Integer(this TomlScope scope, string key, int least, int most, string? expected = null)
    {
        var number = scope.Find(key) switch
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
        scope.Wrong(key, scope.Find(key)!, expected ?? FormattableString.Invariant($"a whole number from {least} to {most}"));
        return null;
    }

    public static float? Number(this TomlScope scope, string key, Func<float, bool>? fits = null, string expected = "a number")
    {
        var number = scope.Find(key) switch
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
        scope.Wrong(key, scope.Find(key)!, expected);
        return null;
    }

    /// <summary>A number with all its digits, for what is computed with.</summary>
    public static double? Real(this TomlScope scope, string key, Func<double, bool>? fits = null, string expected = "a number")
    {
        var number = scope.Find(key) switch
        {
            null => null,
            IntegerNode integer => integer.Value,
            FloatNode written => written.Value,
            TextNode { FromEnvironment: true } text
                when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) => read,
            _ => (double?)double.NaN,
        };
        if (number is null || (double.IsFinite(number.Value) && fits?.Invoke(number.Value) != false))
            return number;
        scope.Wrong(key, scope.Find(key)!, expected);
        return null;
    }

    public static TimeSpan Duration(this TomlScope scope, string key, TimeSpan fallback, TimeSpan least, TimeSpan most)
        => scope.WithUnit(key, fallback, least, most, "duration", Units.Durations, Units.Duration, Units.Show);

    public static long Size(this TomlScope scope, string key, long fallback, long least, long most)
        => scope.WithUnit(key, fallback, least, most, "size", Units.Sizes, Units.Size, Units.Show);

    /// <summary>Events a second.</summary>
    public static double Rate(this TomlScope scope, string key, double fallback)
    {
        if (scope.Find(key) is not { } value)
            return fallback;
        if (value is TextNode text && Units.PerSecond(text.Value) is { } rate)
            return rate;
        scope.Wrong(key, value, "a rate in quotes with its unit (/s, /m or /h), as in \"50/s\"");
        return fallback;
    }

    private static T WithUnit<T>(
        this TomlScope scope, string key, T fallback, T least, T most,
        string what, string units, Func<string, T?> read, Func<T, string> show)
        where T : struct, IComparable<T>
    {
        if (scope.Find(key) is not { } node)
            return fallback;
        if (node is not TextNode text || read(text.Value) is not { } value)
            scope.Wrong(key, node, $"a {what} in quotes with its unit ({units}), as in \"{show(fallback)}\"");
        else if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            scope.Wrong(key, node, $"a {what} from {show(least)} to {show(most)}");
        else
            return value;
        return fallback;
    }
}
