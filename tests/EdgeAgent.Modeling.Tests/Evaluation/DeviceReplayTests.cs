using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Evaluation;

public sealed class DeviceReplayTests : IDisposable
{
    private readonly DeviceReplay _replay, _renewing;
    private readonly BundleManifest _manifest;
    private readonly ModelProto _model;

    public DeviceReplayTests()
    {
        // A network whose output is the first channel's mean over 8 readings: over 1 is a flag.
        var network = Some.Network([10, 1]);
        Array.Clear(network.Layers[0].Weights);
        network.Layers[0].Weights[0] = 1;
        network.Layers[0].Bias[0] = 0;
        _model = NetworkExport.ToOnnx(network, new Standardisation(new float[10], [.. Enumerable.Repeat(1f, 10)]));
        _manifest = new BundleManifest
        {
            Channels = [new() { Name = "flow", Floor = 0.1f }, new() { Name = "current", Floor = 0.01f }],
            Window = new() { Length = 60 },
            Input = new() { Name = NetworkExport.Input, Layout = "features", Features = new NormalOptions().Features },
            Output = new() { Name = NetworkExport.Output, Zero = 0, One = 1 },
            Decision = new() { OnAfter = 5, OffAfter = 10 },
        };
        _replay = new DeviceReplay(_manifest, _model);
        var renew = _manifest.Calibration with { Renew = new() { Every = 100, Blocks = 4 } };
        _renewing = new DeviceReplay(_manifest with { Calibration = renew }, _model);
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

    [Theory]
    [InlineData(450, 1, 450)]
    [InlineData(60, 7, 407)]
    public void A_window_that_is_not_due_has_no_verdict_of_its_own(int length, int stride, int firstJudged)
    {
        using var replay = Replay(new() { Length = length, Stride = stride });
        // In 29 readings the first channel rises by half a spread a reading: from somewhere there on an event is open.
        var recording = Drifting(900, perReading: 0.02f);

        var verdicts = replay.Judge(recording);
        var run = replay.Run(recording, 0, recording.Rows);

        Assert.Equal(900 - firstJudged + 1, verdicts.Length);
        Assert.Equal(500, run.Count);
        Assert.All(run.Take(firstJudged - 401), v => Assert.Equal((0, false), (v.Output, v.IsOpen)));
        Assert.All(Enumerable.Range(0, verdicts.Length), i => Assert.Equal(verdicts[i / stride * stride], verdicts[i]));
        Assert.Contains(true, verdicts);
    }

    [Fact]
    public void A_pause_empties_the_window_and_what_was_open_stays_open()
    {
        using var replay = Replay(new() { Length = 60, Gap = TimeSpan.FromSeconds(30) });
        var recording = Drifting(900, perReading: 0.02f);
        for (var r = 700; r < 900; r++)
            recording.Times[r] = recording.Times[r].AddMinutes(10);

        var outputs = replay.Run(recording, 0, recording.Rows).Select(v => v.Output).ToArray();

        Assert.True(replay.Judge(recording)[300]);
        Assert.Single(outputs[299..359].Distinct());
        Assert.NotEqual(outputs[358], outputs[359]);
    }

    [Fact]
    public void Renewal_follows_a_drift_that_one_calibration_flags()
    {
        var recording = Drifting(3000, perReading: 0.0005f);

        Assert.Contains(true, _replay.Judge(recording));
        Assert.DoesNotContain(true, _renewing.Judge(recording));
    }

    private DeviceReplay Replay(ManifestWindow window) => new(_manifest with { Window = window }, _model);

    private static EdgeAgent.Modeling.Recordings.Recording Drifting(int rows, float perReading)
    {
        var recording = Some.Recording(rows, 5);
        for (var r = 0; r < rows; r++)
            recording.Values[2 * r] += perReading * r;
        return recording;
    }
}
