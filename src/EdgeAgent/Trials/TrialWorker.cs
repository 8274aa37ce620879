using System.Text.Json;
using EdgeAgent.Inference.Trials;

namespace EdgeAgent.Trials;

/// <summary>What the child does: gives up what a model has no use for, tries one bundle after the other, and tells the verdicts.</summary>
internal static class TrialWorker
{
    /// <summary>Its first line: from here on its time is that of the first bundle. Behind it stands what could not be had.</summary>
    public const string Ready = "confined";

    /// <param name="folders">The bundles.</param>
    /// <param name="memoryBytes">What the process may take from here on.</param>
    /// <param name="output">Takes a line for each verdict.</param>
    public static void Run(IReadOnlyList<string> folders, long memoryBytes, TextWriter output)
    {
        var missing = Confinement.Apply(memoryBytes);
        output.WriteLine($"{Ready} {string.Join("; ", missing)}".ReplaceLineEndings(" ").TrimEnd());
        output.Flush();
        foreach (var folder in folders)
        {
            output.WriteLine(JsonSerializer.Serialize(BundleTrial.Run(folder), TrialJson.Default.TrialVerdict));
            output.Flush();
        }
    }

    /// <summary>Ends the process when whoever started it is gone, which the end of its standard input tells.</summary>
    public static void EndWithParent(Stream input) => new Thread(() =>
    {
        while (input.ReadByte() >= 0)
        {
            // Nothing is ever written there.
        }
        Environment.Exit(1);
    }) { IsBackground = true, Name = "parent" }.Start();
}
