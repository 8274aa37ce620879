using EdgeAgent.Modeling.Evaluation;

namespace EdgeAgent.Modeling.Bundling;

/// <summary>The card that goes with a bundle.</summary>
internal static class ModelCard
{
    public static string Write(BundleDraft draft, IReadOnlyList<Report> reports, string[] normalRuns) => $"# {draft.Manifest.Name}\n";
}
