using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Modeling.Bundling;

namespace EdgeAgent.Modeling.Benchmarks;

/// <summary>A bundle's model, run by the agent's engine on windows that are invented.</summary>
internal sealed class BundleStages : IStagedModel
{
    private readonly ModelBundle _bundle;
    private readonly FeatureExtractor? _features;
    private readonly float[][] _windows;
    private readonly float[] _scores;
    private OnnxModel? _model;
    private ModelRunner? _runner;
    private int? _leastBatch;

    /// <param name="bundle">The bundle.</param>
    /// <param name="batch">Windows of a run; where the model takes fewer, so many.</param>
    public BundleStages(ModelBundle bundle, int batch)
    {
        var manifest = bundle.Manifest;
        (_bundle, Name, Batch) = (bundle, manifest.Name, batch);
        if (manifest.Input.Features is { } features)
            _features = new FeatureExtractor(features, manifest.Channels.Count, manifest.Window.Length);
        _windows = [.. BundleGolden.Invent(manifest, batch).Select(w => w.Z.SelectMany(row => row).ToArray())];
        _scores = new float[batch];
    }

    public string Name { get; }
    public int Batch { get; private set; }

    public TimeSpan Load()
    {
        Dispose();
        _model = OnnxModel.Load(_bundle, _leastBatch);
        _leastBatch = _model.LeastBatch;
        _runner = new ModelRunner(_model, Batch);
        Batch = Math.Min(Batch, _runner.BatchLimit);
        return _model.ColdStart?.Load ?? throw new ModelingException($"{_bundle.ModelPath}: cannot be run; edgeagent check says why");
    }

    public void Preprocess()
    {
        for (var slot = 0; slot < Batch; slot++)
            if (_features is null) _windows[slot].CopyTo(_runner!.Input(slot));
            else _features.Extract(_windows[slot], _runner!.Input(slot));
    }

    public void Infer() => _runner!.Run(Batch);

    public void Postprocess()
    {
        var output = _bundle.Manifest.Output;
        for (var slot = 0; slot < Batch; slot++)
            _scores[slot] = (RawOutput.Of(output, _runner!.Input(slot), _runner.Output(slot)) - output.Zero) / (output.One - output.Zero);
    }

    public void Dispose()
    {
        _runner?.Dispose();
        _model?.Dispose();
    }
}
