using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAgent.Inference.Bundles;

/// <summary>The stretch of readings that one judgement sees.</summary>
public sealed record ManifestWindow
{
    /// <summary>Readings in a window.</summary>
    public int Length { get; set; }
    /// <summary>Readings from one judgement to the next.</summary>
    public int Stride { get; set; } = 1;
    /// <summary>A longer silence empties the window: seconds, or a text such as <c>"90s"</c>; null: none does.</summary>
    [JsonConverter(typeof(ManifestDuration))]
    public TimeSpan? Gap { get; set; }
    /// <summary>Readings for which the last known value may stand in for a missing channel; null: for ever.</summary>
    public int? Hold { get; set; }
}

/// <summary>A duration in a manifest: a number of seconds, or a number with its unit (ms, s, m, h, d) in quotes.</summary>
public sealed class ManifestDuration : JsonConverter<TimeSpan?>
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];
    private static readonly double LongestSeconds = TimeSpan.FromDays(3653).TotalSeconds;

    /// <inheritdoc/>
    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.Number => Of(reader.GetDouble()),
        JsonTokenType.String => OfText(reader.GetString()!),
        _ => throw Wrong(),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options)
    {
        if (value is { } duration)
            writer.WriteNumberValue(duration.TotalSeconds);
        else
            writer.WriteNullValue();
    }

    private static TimeSpan OfText(string text)
    {
        foreach (var (unit, seconds) in Units)
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(
                    text.AsSpan(0, text.Length - unit.Length),
                    NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return Of(number * seconds);
        throw Wrong();
    }

    private static TimeSpan Of(double seconds) => seconds >= 0 && seconds <= LongestSeconds ? TimeSpan.FromSeconds(seconds) : throw Wrong();

    private static JsonException Wrong() => new("expected a duration, seconds as a number or a text such as \"90s\" or \"5m\"");
}
