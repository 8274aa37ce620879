using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Candidates;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Reporting;

/// <summary>Writes <c>report.html</c> beside a bundle, and says the verdict in a few lines.</summary>
internal static class FitReport
{
    public const string FileName = "report.html";

    public static void Write(
        FitRequest request, BundleDraft draft, RecordingSet read, NormalParts parts, IReadOnlyList<Recording> judged,
        IReadOnlyList<string> notes, IReadOnlyList<Report> reports, IReadOnlyList<CandidateFit> tried, Action<string> progress)
    {
        var path = Path.Combine(request.Out, FileName);
        // One of an earlier fit must not stand beside another bundle.
        File.Delete(path);
        var findings = FitFindings.Of(draft, read, parts, judged, notes, reports) with { Tried = tried };
        var lines = TrustVerdict.Of(findings);
        if (!request.NoReport) File.WriteAllText(path, new ReportPage(findings, lines).Render().ReplaceLineEndings("\n"));
        progress("");
        progress(TrustVerdict.Overall(lines).Text);
        foreach (var line in lines)
            progress($"  {line.Trust switch { Trust.Good => "√", Trust.Careful => "‼", _ => "×" }} {line.Text}");
        if (!request.NoReport) progress($"the report with pictures: {path}");
    }
}
