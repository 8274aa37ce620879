using System.Globalization;
using System.Text;
using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Thresholds;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>The card of a convolutional autoencoder: what its manifest does not tell.</summary>
internal static class ConvCard
{
    /// <summary>The part of the card that says how the model was made and what it reached.</summary>
    public static string Write(
        FitRequest request, ConvOptions options, int channels, FittedAutoencoder model, IReadOnlyList<Report> reports)
    {
        var card = new StringBuilder();
        var layers = options.Layers(channels).Select(l => $"{l.Outputs / l.Phases} × {l.Kernel}{(l.Stride > 1 ? $" / {l.Stride}" : "")}{(l.Phases > 1 ? $" · {l.Phases}" : "")}");
        card.Append(CultureInfo.InvariantCulture, $"""
            # {Path.GetFileName(request.Out)}

            ## How it was made

            ```
            {CommandText.Of(request)} \
              --recipe {ConvRecipe.Id}
            ```

            - Convolutions over {options.Normals.WindowLength} readings (filters × readings, / stride, · readings made of one): {string.Join(", ", layers)}; ReLU between them but not around the narrow middle; {model.Parameters} numbers.
            - Learned by mean squared error on {options.TrainingWindows} normal windows with the drift that normal operation shows, {options.Trainer.Epochs} times over (Adam).
            - Threshold: {ThresholdSearch.Margin.ToString(CultureInfo.InvariantCulture)} times the {options.ThresholdQuantile.ToString(CultureInfo.InvariantCulture)} quantile of the INT8 model's error, seen from its median, where training took the readings for normal, calibrated and renewed as on a device. Labels were used to measure only.

            ## Figures, one recording as one device


            """);
        card.Append(reports.Any(r => r.Score is not null)
            ? "| model | F1 | FAR % | MAR % | events found |\n|---|---|---|---|---|\n" : ModelCard.NoLabels);
        foreach (var (name, s) in reports.Where(r => r.Score is not null).Select(r => (r.Name, r.Score!)))
            card.Append(CultureInfo.InvariantCulture,
                $"| {name} | {s.F1:0.0000} | {100 * s.FalseAlarmRate:0.00} | {100 * s.MissedAlarmRate:0.00} | {s.Found}/{s.Events} |\n");
        foreach (var run in reports.Where(r => r.Score is null))
            card.Append(CultureInfo.InvariantCulture, $"\n- {run.Summary}.\n");
        return card.ToString();
    }
}
