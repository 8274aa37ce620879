namespace EdgeAgent.Modeling.Fitting;

/// <summary>The command line that repeats a fit, for the card. The data folder is left open: it lies elsewhere for everyone.</summary>
internal static class CommandText
{
    public static string Of(FitRequest request)
    {
        var words = new List<string> { "edgeagent-model fit --data RECORDINGS" };
        words.AddRange(request.Normal.Select(n => $"--normal {Quote(n)}"));
        if (request.Train is not ["*"])
            words.AddRange(request.Train.Select(t => $"--train {Quote(t)}"));
        words.AddRange((request.Channels ?? []).Select(c => $"--channels {Quote(c)}"));
        words.AddRange(request.Units.Select(u => $"--unit {Quote($"{u.Key}={u.Value}")}"));
        words.AddRange(request.Notes.Select(n => $"--note {Quote($"{n.Key}={n.Value}")}"));
        words.Add($"--seed {request.Seed}");
        if (request.Spread > 0)
            words.Add($"--spread {request.Spread}");
        if (request.Calibration is { } calibration)
            words.Add($"--calibration {calibration}");
        if (request.Window is { } window)
            words.Add($"--window {window}");
        words.Add($"--out {(Path.IsPathRooted(request.Out) ? Path.GetFileName(request.Out) : request.Out)}");
        return string.Join(" \\\n  ", words);
    }

    private static string Quote(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=".Contains(c)) ? text : $"'{text}'";
}
