using System.Globalization;
using System.Text;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Thresholds;

namespace EdgeAgent.Modeling.Recipes.Distance;

/// <summary>The card of a distance: what its manifest does not tell.</summary>
internal static class DistanceCard
{
    /// <summary>The part of the card that the manifest does not tell.</summary>
    public static string Write(BundleDraft draft, DistanceOptions options, IReadOnlyList<Report> reports)
    {
        var card = new StringBuilder();
        var inputs = options.Normals.Features.Count * draft.Manifest.Channels.Count;
        card.Append(CultureInfo.InvariantCulture, $"""
            # {draft.Manifest.Name}

            ## How it was made

            ```
            {CommandText.Of(draft.Request)} \
              --recipe {DistanceRecipe.Id}
            ```

            - The Mahalanobis distance of {inputs} means from those of {options.Normals.WindowsPerClass} normal windows with the drift that normal operation shows; correlations drawn {options.Loading:0.##} of the way towards none (diagonal loading). {draft.Model.Parameters} numbers, measured, not trained.
            - Threshold (score 1): the lowest distance at which hardly an event opens {ThresholdSearch.Rule(options.Normals)}. Labels were used to measure only.
            - Left out because the calibration part moves unlike that of the others: {(draft.Normals.LeftOut.Count == 0 ? "none" : string.Join(", ", draft.Normals.LeftOut))}.
            - `model.onnx` is INT8 (static QDQ; 8-bit activations, weights in 7 of 8 bits with one step per output); squares and root are FP32. `model.fp32.onnx` is the same before that.

            ## Figures, one recording as one device


            """);
        card.Append(reports.Any(r => r.Score is not null)
            ? "| model | F1 | FAR % | MAR % | events found | false alarms |\n|---|---|---|---|---|---|\n" : ModelCard.NoLabels);
        foreach (var (name, s) in reports.Where(r => r.Score is not null).Select(r => (r.Name, r.Score!)))
            card.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {s.F1:0.0000} | {100 * s.FalseAlarmRate:0.00} | {100 * s.MissedAlarmRate:0.00} | {s.Found}/{s.Events} | "
                    + $"{s.FalseAlarms} |\n");
        foreach (var run in reports.Where(r => r.Score is null))
            card.Append(CultureInfo.InvariantCulture, $"\n- {run.Summary}.\n");
        return card.ToString();
    }
}
