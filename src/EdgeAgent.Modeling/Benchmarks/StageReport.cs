using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeAgent.Modeling.Reporting;

namespace EdgeAgent.Modeling.Benchmarks;

/// <summary>What stages took, as a table, as JSON and as a picture.</summary>
internal static class StageReport
{
    private const string Style =
        "<style>text{font:13px sans-serif;fill:#222}.end{text-anchor:end}.bar{fill:#3b7dd8}</style>";

    public static string Text(IReadOnlyList<StageTimes> models)
    {
        var name = Math.Max(5, models.Max(m => m.Model.Length));
        var text = new StringBuilder($"{"model".PadRight(name)}  batch  stage        runs   median ms      P99 ms\n");
        foreach (var model in models)
            foreach (var stage in model.Stages)
                text.Append(CultureInfo.InvariantCulture,
                    $"{model.Model.PadRight(name)}  {model.Batch,5}  {stage.Stage,-11}  {stage.Runs,4}  {stage.MedianMs,10:0.0000}  {stage.P99Ms,10:0.0000}\n");
        return text.ToString();
    }

    public static string Json(IReadOnlyList<StageTimes> models)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var model in models)
            {
                json.WriteStartObject();
                json.WriteString("model", model.Model);
                json.WriteNumber("batch", model.Batch);
                json.WriteStartObject("stages");
                foreach (var stage in model.Stages)
                {
                    json.WriteStartObject(stage.Stage);
                    json.WriteNumber("runs", stage.Runs);
                    json.WriteNumber("medianMs", Math.Round(stage.MedianMs, 6));
                    json.WriteNumber("p99Ms", Math.Round(stage.P99Ms, 6));
                    json.WriteEndObject();
                }
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>A bar for each stage, as long as its median's logarithm: loading takes thousands of times as long as the rest.</summary>
    public static string Picture(IReadOnlyList<StageTimes> models)
    {
        var stages = models.SelectMany(m => m.Stages.Select(s => (Model: m, Stage: s))).ToList();
        var least = Math.Log10(Math.Max(1e-6, stages.Min(s => s.Stage.MedianMs))) - 0.3;
        var svg = BarPicture.Named([.. stages.Select(s => (
            $"{s.Model.Model}: {s.Stage.Stage}", Math.Log10(Math.Max(1e-6, s.Stage.MedianMs)) - least,
            string.Create(CultureInfo.InvariantCulture, $"{s.Stage.MedianMs:0.###} ms, P99 {s.Stage.P99Ms:0.###} ms")))]);
        return svg.Replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", StringComparison.Ordinal)
            .Replace("role=\"img\">", $"role=\"img\" aria-label=\"Median of each stage, lengths by logarithm\">{Style}", StringComparison.Ordinal);
    }
}
