using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>How verdicts change from one model to another of the same manifest.</summary>
/// <param name="Windows">Windows judged.</param>
/// <param name="SameSide">Share of them whose score lies on the same side of the threshold.</param>
/// <param name="SameVerdict">Share of readings with the same verdict after smoothing and streaks.</param>
/// <param name="MeanDifference">Of scores, as absolute values.</param>
/// <param name="LargestDifference">Of scores.</param>
/// <param name="AboveBefore">Share of windows at the threshold or above, by the first model.</param>
/// <param name="AboveAfter">The same by the second.</param>
internal sealed record VerdictChange(
    int Windows,
    double SameSide,
    double SameVerdict,
    double MeanDifference,
    double LargestDifference,
    double AboveBefore,
    double AboveAfter)
{
    public static VerdictChange Measure(BundleManifest manifest, ModelProto before, ModelProto after, IReadOnlyList<Recording> recordings)
    {
        using var first = new WindowJudge(manifest, before);
        using var second = new WindowJudge(manifest, after);
        var settings = ManifestSource.Decision(manifest);
        int windows = 0, sameSide = 0, sameVerdict = 0, aboveBefore = 0, aboveAfter = 0;
        double sum = 0, largest = 0;
        foreach (var recording in recordings)
        {
            var cut = WindowJudge.Cut(manifest, recording);
            var (raw, rawAfter) = (first.Raw(cut), second.Raw(cut));
            var (decision, decisionAfter) = (new DecisionState(settings.Smooth), new DecisionState(settings.Smooth));
            for (var i = 0; i < raw.Length; i++)
            {
                var (a, b) = (first.Score(raw[i]), second.Score(rawAfter[i]));
                windows++;
                aboveBefore += a >= 1 ? 1 : 0;
                aboveAfter += b >= 1 ? 1 : 0;
                sameSide += a >= 1 == b >= 1 ? 1 : 0;
                sameVerdict += decision.Decide(a, settings) == decisionAfter.Decide(b, settings) ? 1 : 0;
                sum += Math.Abs((double)a - b);
                largest = Math.Max(largest, Math.Abs((double)a - b));
            }
        }
        return new VerdictChange(
            windows, Share(sameSide), Share(sameVerdict), sum / windows, largest, Share(aboveBefore), Share(aboveAfter));

        double Share(int count) => (double)count / windows;
    }
}
