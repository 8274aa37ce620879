using System.Globalization;

namespace EdgeAgent.Inference.Bundles;

/// <summary>
/// What a manifest leaves out that decides what its scores mean, and what counts instead: nothing is wrong, but somebody may have
/// forgotten it.
/// </summary>
public static class ManifestNotes
{
    /// <summary>A line each, with the key and what to write.</summary>
    public static IReadOnlyList<string> Of(BundleManifest m)
    {
        var notes = new List<string>();
        if (!m.SaysCalibration)
            notes.Add(
                $"calibration is missing: each device learns mean and spread of its channels from its first {m.Calibration.Readings} "
                + "readings, and the model is given z; for a model that takes values in their units write \"calibration\": \"none\"");
        var missing = (m.Output.SaysZero, m.Output.SaysOne) switch
        {
            (false, false) => "output.zero and output.one are",
            (false, true) => "output.zero is",
            (true, false) => "output.one is",
            _ => null,
        };
        if (missing is not null)
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"{missing} missing: a raw output of {m.Output.Zero} is score 0, a usual window, and {m.Output.One} is score 1, "
                + $"from which an event opens; edgeagent replay --scores shows what usual readings have"));
        return notes;
    }
}
