using System.Text.Json.Serialization;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>What one model did on all recordings of a kind.</summary>
/// <param name="Total">Over all of them.</param>
/// <param name="Recordings">Each by itself.</param>
internal sealed record ModelFigures(Figures Total, IReadOnlyList<Figures> Recordings);

/// <summary>What <c>evaluate</c> found.</summary>
/// <param name="Bundle">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Protocol">How was counted.</param>
/// <param name="Models">The bundle's model, and its FP32 twin where there is one; none where no recording has labels or windows.</param>
/// <param name="Unlabelled">The bundle's model on recordings without labels.</param>
/// <param name="Agreement">Share of readings that the model and its twin judge alike.</param>
internal sealed record Evaluated(
    string Bundle,
    string Version,
    string Protocol,
    IReadOnlyList<ModelFigures> Models,
    IReadOnlyList<Figures> Unlabelled,
    double? Agreement)
{
    /// <summary>Recordings of which nothing is left to judge, each with the reason.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];
}

/// <summary>The JSON form for programs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Evaluated))]
internal sealed partial class EvaluatedJson : JsonSerializerContext;
