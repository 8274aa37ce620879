using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Quantization;

/// <summary>What quantizing a model brought and cost, for people and programs.</summary>
internal sealed record QuantizationReport
{
    // Less than this is not worth a float layer between integer ones.
    private const double WorthKeeping = 1.5;
    private const int SuggestionLimit = 3, WorstCount = 3;

    public string Model { get; set; } = "";
    public string Out { get; set; } = "";
    public string Sha256 { get; set; } = "";
    public long BytesBefore { get; set; }
    public long BytesAfter { get; set; }
    public long Opset { get; set; }
    /// <summary>Windows that ranges were taken from.</summary>
    public int Windows { get; set; }
    public RangeMethod Ranges { get; set; }
    public bool PerChannel { get; set; }
    public string[] Kept { get; set; } = [];
    /// <summary>Share of the weights' numbers that is stored in 8 bits.</summary>
    public double IntegerShare { get; set; }
    /// <summary>Signal over error of the output, in decibels.</summary>
    public double OutputDecibel { get; set; }
    public IReadOnlyList<LayerLoss> Layers { get; set; } = [];
    /// <summary>
    /// Median and 0.99 quantile of the INT8 model's raw number for a window, over the windows ranges came from: candidates for a
    /// manifest's zero and one.
    /// </summary>
    public float RawMedian { get; set; }
    public float RawQuantile { get; set; }
    /// <summary>What zero and one may be, and how that was found; null: quantiles are all there is to go by.</summary>
    public ScaleProposal? Proposed { get; set; }
    public VerdictChange? Verdicts { get; set; }

    /// <summary>Layers that lose most between their input and their output.</summary>
    public string[] Worst => [.. Layers.OrderByDescending(l => l.InputDecibel - l.OutputDecibel).Take(WorstCount).Select(l => l.Node)];

    /// <summary>Layers whose staying float would help the output most.</summary>
    public string[] SuggestedKeep =>
    [
        .. Layers.Where(l => l.GainIfKept >= WorthKeeping)
            .OrderByDescending(l => l.GainIfKept)
            .Take(SuggestionLimit)
            .Select(l => l.Node),
    ];

    /// <exception cref="ModelingException">The report has no such form.</exception>
    public static void RequireKnownForm(string file)
    {
        if (Path.GetExtension(file) is not (".json" or ".md"))
            throw new ModelingException($"--report {file}: expected a name that ends in .json or .md");
    }

    public void Write(string file)
    {
        var text = Path.GetExtension(file) == ".json"
            ? JsonSerializer.Serialize(this, QuantizationReportJson.Default.QuantizationReport)
            : ToMarkdown();
        File.WriteAllText(file, text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        var ratio = (double)BytesBefore / BytesAfter;
        var kept = Kept.Length > 0 ? $"; kept in float: {string.Join(", ", Kept)}" : "";
        var steps = PerChannel ? "one step for each output of a layer" : "one step for all weights of a layer";
        text.Append(CultureInfo.InvariantCulture, $"""
            # {Model} in INT8

            - `{Out}`, opset {Opset}, SHA-256 {Sha256}
            - {BytesBefore} bytes before, {BytesAfter} after ({ratio:0.0} : 1); {100 * IntegerShare:0} % of the weights in 8 bits{kept}
            - Ranges ({Ranges}) from {Windows} windows; {steps}
            - Output: {Decibel(OutputDecibel)} dB of signal over error against the float model

            | layer | operator | dB in | dB out | dB the output gains if kept |
            |---|---|---|---|---|

            """);
        foreach (var l in Layers)
        {
            var gain = l.GainIfKept is { } known ? Decibel(known) : "";
            text.Append($"| {l.Node} | {l.Operator} | {Decibel(l.InputDecibel)} | {Decibel(l.OutputDecibel)} | {gain} |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"\nMost is lost at: {string.Join(", ", Worst)}.\n");
        text.Append(CultureInfo.InvariantCulture, $"\nRaw output over these windows: ")
            .Append(CultureInfo.InvariantCulture, $"median {RawMedian:g6}, 0.99 quantile {RawQuantile:g6}. ");
        text.Append(Proposed is { } p
            ? FormattableString.Invariant($"\n\nFor the manifest: `\"zero\": {p.Zero:g6}, \"one\": {p.One:g6}`. So {100 * p.Flagged:0.00} % of {p.Readings} readings, ")
                + "replayed as devices with all that the manifest says, would be flagged, where these recordings are normal operation.\n"
            : "Where each window counts by itself and all are normal operation, these are `output.zero` and `output.one` of a manifest that calls "
                + "one window in a hundred too far from normal.\n");
        if (Verdicts is { } v)
            text.Append(CultureInfo.InvariantCulture, $"\nVerdicts: {100 * v.SameSide:0.00} % of {v.Windows} windows ")
                .Append(CultureInfo.InvariantCulture, $"fall on the same side of the threshold as with the float model ")
                .Append(CultureInfo.InvariantCulture, $"({100 * v.AboveBefore:0.00} % were above it, {100 * v.AboveAfter:0.00} % are), ")
                .Append(CultureInfo.InvariantCulture, $"{100 * v.SameVerdict:0.00} % of verdicts agree; ")
                .Append(CultureInfo.InvariantCulture, $"scores differ by {v.MeanDifference:0.000} on average, ")
                .Append(CultureInfo.InvariantCulture, $"by {v.LargestDifference:0.00} at most.\n");
        text.Append(SuggestedKeep.Length > 0
            ? $"\nIf that is not enough: `--keep {string.Join(' ', SuggestedKeep)}`.\n"
            : $"\nNo single layer kept in float would gain {WorthKeeping.ToString(CultureInfo.InvariantCulture)} dB at the output.\n");
        return text.ToString();
    }

    private static string Decibel(double value) =>
        double.IsInfinity(value) ? "exact" : value.ToString("0.0;-0.0;0.0", CultureInfo.InvariantCulture);
}

/// <summary>The report's JSON form: camelCase; a loss of nothing is the text "Infinity".</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QuantizationReport))]
internal sealed partial class QuantizationReportJson : JsonSerializerContext;
