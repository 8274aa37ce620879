using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Tests.Decisions;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Calibration;

/// <summary>What a manifest may ask of a device that finds its own normal.</summary>
public sealed class OwnNormalManifestTests
{
    [Theory]
    [InlineData(100, 2f, 8f, 4f, 700, null)]
    [InlineData(0, 2f, 8f, 4f, 700, "calibration.threshold.lasting.over is 0")]
    [InlineData(100, 0f, 8f, 4f, 700, "calibration.threshold.lasting is from 0")]
    [InlineData(100, 2f, 1f, 4f, 700, "calibration.threshold.lasting is from 2, start 1")]
    [InlineData(100, 2f, 8f, -1f, 700, "calibration.threshold.lasting.raise is -1")]
    [InlineData(100, 2f, 8f, 4f, 0, "calibration.threshold.lasting.fade is 0")]
    public void When_a_level_that_stays_off_counts_is_checked(
        int over, float from, float start, float raise, int fade, string? problem)
    {
        var lasting = new ManifestLasting { Over = over, From = from, Start = start, Raise = raise, Fade = fade };

        AssertProblem(problem, Manifest(lasting, new ManifestRenewal()));
    }

    [Fact]
    public void A_level_that_stays_off_needs_a_mean_of_several_readings() => AssertProblem(
        "calibration.threshold.lasting is of means over 2 readings or more",
        Manifest(new ManifestLasting(), new ManifestRenewal(), over: 1));

    [Theory]
    [InlineData(800, 400, 4_000, null)]
    [InlineData(0, 0, null, null)]
    [InlineData(-1, 400, 4_000, "calibration.renew.adoptAtLast is -1")]
    [InlineData(800, 0, 4_000, "calibration.renew.adoptAtLast is 800")]
    [InlineData(800, 400, null, "calibration.renew.adoptAtLast is 800")]
    public void What_is_adopted_at_last_needs_a_memory_to_move(int atLast, int after, int? memory, string? problem) =>
        AssertProblem(problem, Manifest(null, new ManifestRenewal { AdoptAtLast = atLast, AdoptAfter = after, Memory = memory }));

    private static BundleManifest Manifest(ManifestLasting? lasting, ManifestRenewal renew, int over = 4) => TinyBundle.Sum("a") with
    {
        Model = "m.onnx",
        Calibration = new ManifestCalibration
        {
            Over = "features", Scale = 100, Readings = 400, Renew = renew,
            Threshold = new ManifestThreshold { From = 3, To = 4, Lasting = lasting },
        },
        Window = new ManifestWindow { Length = 4 },
        Input = new ManifestInput { Layout = "features", Features = [new ManifestFeature { Stat = "mean", Over = over, Floor = 0.1f }] },
    };

    private static void AssertProblem(string? problem, BundleManifest manifest)
    {
        if (problem is null)
            Assert.Null(ManifestCheck.FirstProblem(manifest));
        else
            Assert.StartsWith(problem, ManifestCheck.FirstProblem(manifest));
    }
}
