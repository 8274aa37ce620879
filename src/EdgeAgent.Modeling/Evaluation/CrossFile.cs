using System.Globalization;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Learns from some recordings and judges the others, of which it has seen nothing: neither floors nor drift nor threshold.</summary>
internal sealed class CrossFile
{
    private readonly FitRequest _request;
    private readonly RecipeOptions _options = new();
    private readonly List<Recording> _runs, _listed;

    private CrossFile(FitRequest request, List<Recording> runs, List<Recording> listed) => (_request, _runs, _listed) = (request, runs, listed);

    /// <summary>Recordings to draw from.</summary>
    public int Count => _listed.Count;

    /// <param name="request">Its <c>Train</c> says which recordings, and in which order.</param>
    /// <exception cref="ModelingException">A recording has no labels, or cannot be read.</exception>
    public static CrossFile Open(FitRequest request)
    {
        var (runs, others) = new Fitting(request, new RecipeOptions()).Choose(RecordingFolder.Read(request.Data, request.Channels));
        var byNumber = StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering);
        List<Recording> listed = [.. others.OrderBy(o => Array.FindIndex(request.Train, glob => RecordingFolder.Matches(o.Name, [glob]))).ThenBy(o => o.Name, byNumber)];
        return listed.Find(r => r.Labels is null) is { } unlabelled
            ? throw new ModelingException($"{unlabelled.Name}: has no column \"anomaly\" to score by; leave it out with --files, or name it with --normal")
            : new CrossFile(request, runs, listed);
    }

    /// <summary>Fits and scores one draw.</summary>
    /// <exception cref="ModelingException">The draw names recordings that are not there, or leaves none.</exception>
    public Report Score(Draw draw)
    {
        if (draw.Positions.Distinct().Count() != draw.Positions.Length || draw.Positions.Any(p => p < 0 || p >= Count) || draw.Positions.Length is 0 || draw.Positions.Length >= Count)
            throw new ModelingException($"draw {draw.Name}: expected different positions from 0 to {Count - 1}, fewer than there are recordings");
        var normals = NormalSource.Collect(_runs, [.. draw.Positions.Select(p => _listed[p])], _options);
        var model = ContrastRecipe.Fit(normals, _options, _request.Seed, _ => { });
        var unseen = _listed.Where((_, i) => !draw.Positions.Contains(i)).ToArray();
        return Report.Labelled($"{draw.Name} ({string.Join(",", draw.Positions)})", model.Manifest, model.Quantized, unseen).Single();
    }
}
