using System.Text.RegularExpressions;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Trials;

/// <summary>
/// Learns from some recordings and judges the others, of which it has seen nothing: neither floors nor drift nor threshold.
/// </summary>
internal sealed partial class CrossFile
{
    private const int NumberWidth = 12;

    private readonly TrialFit _fit;
    private readonly List<Recording> _runs, _listed;

    private CrossFile(TrialFit fit, List<Recording> runs, List<Recording> listed) => (_fit, _runs, _listed) = (fit, runs, listed);

    /// <summary>Recordings to draw from.</summary>
    public int Count => _listed.Count;

    /// <param name="request">Its <c>Train</c> says which recordings, and in which order.</param>
    /// <param name="fit">How it learns.</param>
    /// <exception cref="ModelingException">A recording has no labels, or cannot be read.</exception>
    public static CrossFile Open(FitRequest request, TrialFit fit)
    {
        var (runs, others) = request.Choose(RecordingFolder.Read(request.Data, request.Channels));
        List<Recording> listed =
        [
            .. others
                .OrderBy(o => Array.FindIndex(request.Train, glob => RecordingFolder.Matches(o.Name, [glob])))
                .ThenBy(o => NumbersBySize(o.Name), StringComparer.Ordinal),
        ];
        return listed.Find(r => r.Labels is null) is { } unlabelled
            ? throw new ModelingException(
                $"{unlabelled.Name}: has no column \"anomaly\" to score by; leave it out with --files, or name it with --normal")
            : new CrossFile(fit, runs, listed);
    }

    // A culture's numeric order is not to be had where globalization is invariant.
    private static string NumbersBySize(string name) => Numbers().Replace(name, n => n.Value.PadLeft(NumberWidth, '0'));

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();

    /// <summary>Fits and scores one draw.</summary>
    /// <exception cref="ModelingException">The draw names recordings that are not there, or leaves none.</exception>
    public Report Score(Draw draw)
    {
        var positions = draw.Positions;
        if (positions.Length == 0 || positions.Length >= Count
            || positions.Distinct().Count() != positions.Length
            || positions.Any(p => p < 0 || p >= Count))
            throw new ModelingException(
                $"draw {draw.Name}: expected different positions from 0 to {Count - 1}, fewer than there are recordings");
        var (manifest, model) = _fit.Fit(NormalSource.Collect(_runs, [.. draw.Positions.Select(p => _listed[p])], _fit.Normals));
        var unseen = _listed.Where((_, i) => !draw.Positions.Contains(i)).ToArray();
        return Report.Labelled($"{draw.Name} ({string.Join(",", draw.Positions)})", manifest, model, unseen).Single();
    }
}
