using System.Globalization;
using System.Text;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Fitting;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>The card of a single-channel bundle: how it judges, what it finds, what it cannot do.</summary>
internal static class SingleChannelCard
{
    public static string Write(FitRequest request, SingleChannelOptions o, BundleManifest manifest, SingleChannelReport trial)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $$"""
            # {{manifest.Name}} {{manifest.Version}}

            {{manifest.Description}}.

            A detector with this bundle watches one channel. Where a device sends several, the configuration says which:

            ```toml
            [detectors.outlet-temperature]
            source = "pumps"
            model = "models/{{manifest.Name}}"
            channel = "Temperature"
            ```

            ## How it judges

            - The first {{o.ScaleReadings}} readings give the sensor's own level and spread, at least {{o.FloorSteps}} of its steps; a step is the smallest change from reading to reading. All that follows is of z = (value − level) / spread, so the unit does not matter.
            - Each reading then has {{manifest.Input.Features!.Count}} features: mean, ln(standard deviation + 0.1) and ln(mean change from reading to reading + 0.1) over the last {{string.Join(", ", o.Lengths)}} readings, and the newest reading.
            - The first {{o.CalibrationWindows}} of these, up to reading {{manifest.Window.Length + o.CalibrationWindows - 1}}, are what is normal. The raw number is the root mean square of the features' distances from it, in spreads, each at most {{o.Clip}}; a spread is at least {{o.LevelFloor}} of the sensor's for levels, and {{o.LogFloor}} for logarithms. Provisional judgements, with the threshold at {{o.ProvisionalThreshold}}, begin at reading {{manifest.Window.Length + o.ProvisionalWindows - 1}}.
            - Score 1 is {{o.Threshold.Times:0.00}} times the highest raw number of the device's own calibration, at least {{o.Threshold.From}} and at most {{o.Threshold.To}}. On after {{o.OnAfter}} readings at 1 or more, off after {{o.OffAfter}} below, critical from {{o.Critical}}.
            - A level that is off by less also counts when it stays off: the root mean square of z of the means over {{string.Join(", ", o.Lengths)}} readings, averaged over {{o.Lasting.Over}} readings. Where that average reaches a bound, the score is at least 1. The bound is {{o.Lasting.Start}} when the sensor has calibrated, comes down towards {{o.Lasting.From}} over {{o.Lasting.Fade}} calm readings, and goes up by {{o.Lasting.Raise}} with every event.
            - Each {{o.Renew.Every}} readings below the threshold are learned, once as many calm ones have followed; what was learned fades over {{o.Renew.Memory}} readings. An event is closed as the new normal when the sensor has been steady in it for {{o.Renew.AdoptAfter}} readings, or when it has been open for {{o.Renew.AdoptAtLast}}.
            - In the long run at most {{o.Promise.EventsADay:0.##}} event a day, and {{o.Promise.Limit / o.Promise.Raise:0}} besides at first: behind each event scores are measured by a threshold {{o.Promise.Raise:0.##}} higher, which comes down by as much in {{1 / o.Promise.EventsADay:0.##}} day of calm. It is at most {{1 + o.Promise.Limit:0.##}} times what it was: a score above that is told in any case, and a sensor that keeps it there is told of as one for which the promise is not kept.
            - `model.onnx` is that root mean square in FP32. It has no weights, so there is nothing to quantize.

            ## How it was made

            ```
            {{Command(request)}}
            ```


            """);
        Figures(card, request, o, trial);
        Limits(card, o, manifest);
        return card.ToString();
    }

    private static void Figures(StringBuilder card, FitRequest request, SingleChannelOptions o, SingleChannelReport trial)
    {
        card.Append(CultureInfo.InvariantCulture, $"""
            ## Figures

            On {o.TrialSensors} invented sensors without a fault (any mixture of noise, wandering, seasons, changing loads, bursts and coarse scales), {o.TrialReadings} readings each: {100 * trial.Flagged:0.00} % of the readings behind the calibration lie in an event, {1e4 * trial.FalseEvents / trial.Readings:0.0} events in 10,000 readings. On as many for each kind of fault, which stands over the last {o.FaultReadings} readings with 2 to 30 spreads of the sensor:

            | fault | found % |
            |---|---|

            """);
        foreach (var (shape, share) in trial.Found)
            card.Append(CultureInfo.InvariantCulture, $"| {shape.ToString().ToLowerInvariant()} | {100 * share:0.0} |\n");
        foreach (var (key, text) in request.Notes)
            card.Append(CultureInfo.InvariantCulture, $"\n- {key}: {text}");
        card.Append(request.Notes.Count > 0 ? "\n" : "");
    }

    private static void Limits(StringBuilder card, SingleChannelOptions o, BundleManifest manifest) =>
        card.Append(CultureInfo.InvariantCulture, $$"""

            ## Limits

            - A fault that is already on while a sensor calibrates becomes its normal, and one that stands steadily for {{o.Renew.AdoptAfter}} readings, or in any way for {{o.Renew.AdoptAtLast}}, becomes it later, but for a sensor that stands still where it used to move; the event is told before, and closes as adopted. A fault that grows more slowly than {{o.Renew.Every}} readings can tell is followed.
            - A sensor that shows little of its life in its first {{manifest.Window.Length + o.CalibrationWindows - 1}} readings is judged too strictly until it has learned more.
            - It sees values and their order, not the clock: a usual value at an unusual hour is no event to it.
            - Of a sensor that never moved while it calibrated only the value is known: its step is taken to be a thousandth of that, and 1 where it is 0. Where it moves once before reading {{manifest.Window.Length + o.CalibrationWindows - 1}}, that is its step.

            """);

    private static string Command(FitRequest request)
    {
        var notes = request.Notes.Select(n => $"--note '{n.Key}={n.Value}'");
        return string.Join(" \\\n  ", [$"edgeagent-model fit --recipe {SingleChannelRecipe.Id}", .. notes, $"--seed {request.Seed}",
            $"--out {(Path.IsPathRooted(request.Out) ? Path.GetFileName(request.Out) : request.Out)}"]);
    }
}
