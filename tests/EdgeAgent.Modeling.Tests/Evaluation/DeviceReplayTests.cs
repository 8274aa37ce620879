using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Evaluation;

public sealed class DeviceReplayTests : IDisposable
{
    private readonly DeviceReplay _replay, _renewing;

    public DeviceReplayTests()
    {
        // A network whose output is the first channel's mean over 8 readings: over 1 is a flag.
        var network = Some.Network([10, 1]);
        Array.Clear(network.Layers[0].Weights);
        network.Layers[0].Weights[0] = 1;
        network.Layers[0].Bias[0] = 0;
        var model = NetworkExport.ToOnnx(network, new Standardisation(new float[10], [.. Enumerable.Repeat(1f, 10)]));
        var manifest = new BundleManifest
        {
            Channels = [new() { Name = "flow", Floor = 0.1f }, new() { Name = "current", Floor = 0.01f }],
            Window = new() { Length = 60 },
            Input = new() { Name = NetworkExport.Input, Layout = "features", Features = new RecipeOptions().Features },
            Output = new() { Name = NetworkExport.Output, Zero = 0, One = 1 },
            Decision = new() { OnAfter = 5, OffAfter = 10 },
        };
        _replay = new DeviceReplay(manifest, model);
        var renew = manifest.Calibration with { Renew = new() { Every = 100, Blocks = 4 } };
        _renewing = new DeviceReplay(manifest with { Calibration = renew }, model);
    }

    public void Dispose()
    {
        _replay.Dispose();
        _renewing.Dispose();
    }

    [Fact]
    public void Each_reading_after_calibration_gets_a_verdict_from_the_past_alone()
    {
        var recording = Drifting(900, perReading: 0.02f);
        var shorter = recording with { Times = recording.Times[..700], Values = recording.Values[..1400] };

        var verdicts = _replay.Judge(recording);

        Assert.Equal(500, verdicts.Length);
        Assert.Equal(verdicts[..300], _replay.Judge(shorter));
    }

    [Fact]
    public void Renewal_follows_a_drift_that_one_calibration_flags()
    {
        var recording = Drifting(3000, perReading: 0.0005f);

        Assert.Contains(true, _replay.Judge(recording));
        Assert.DoesNotContain(true, _renewing.Judge(recording));
    }

    private static EdgeAgent.Modeling.Recordings.Recording Drifting(int rows, float perReading)
    {
        var recording = Some.Recording(rows, 5);
        for (var r = 0; r < rows; r++)
            recording.Values[2 * r] += perReading * r;
        return recording;
    }
}
