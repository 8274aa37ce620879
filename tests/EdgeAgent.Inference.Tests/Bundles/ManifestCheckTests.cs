using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Bundles;

public class ManifestCheckTests
{
    private static readonly BundleManifest Good = TinyBundle.Sum("a", "b");

    [Fact]
    public void A_good_manifest_has_no_problem() => Assert.Null(ManifestCheck.FirstProblem(Good));

    [Fact]
    public void A_model_for_any_channel_may_take_its_floor_from_the_sensor() =>
        Assert.Null(ManifestCheck.FirstProblem(Good with { Channels = [new ManifestChannel { Name = "*", FloorSteps = 3 }] }));

    [Fact]
    public void Thresholds_of_devices_that_have_learned_little_rise_with_the_readings() =>
        Assert.Null(ManifestCheck.FirstProblem(Provisional((10, 3), (20, 2))));

    [Theory]
    [InlineData(9, 0.25f)]
    [InlineData(10, 0.25f)]
    [InlineData(19, 0.25f)]
    [InlineData(20, 0.5f)]
    [InlineData(399, 0.5f)]
    [InlineData(null, 1f)]
    public void The_score_of_an_output_goes_by_what_was_learned(int? learned, float expected) =>
        Assert.Equal(expected, Provisional((10, 4), (20, 2)).Output.Score(1, learned));

    private static BundleManifest Provisional(params (int Readings, float One)[] thresholds) => Good with
    {
        Calibration = new ManifestCalibration { Provisional = 10 },
        Output = new ManifestOutput
        {
            Provisional = [.. thresholds.Select(t => new ManifestProvisionalOne { Readings = t.Readings, One = t.One })],
        },
    };

    public static TheoryData<string, BundleManifest> Bad => new()
    {
        { "format is 2", Good with { Format = 2 } },
        { "name is empty", Good with { Name = "" } },
        { "version is empty", Good with { Version = "" } },
        { "model is \"../x\"", Good with { Model = "../x" } },
        { "channels is empty", Good with { Channels = [] } },
        { "channels[1].name \"a\" stands twice", Good with { Channels = [Good.Channels[0], Good.Channels[0]] } },
        { "channels[0].floor is NaN", Good with { Channels = [Good.Channels[0] with { Floor = float.NaN }] } },
        { "channels[1].name is \"*\"", Good with { Channels = [Good.Channels[0], Good.Channels[1] with { Name = "*" }] } },
        { "channels[0].floorSteps is 0", Good with { Channels = [Good.Channels[0] with { FloorSteps = 0 }] } },
        { "channels[0].floorSteps is NaN", Good with { Channels = [Good.Channels[0] with { FloorSteps = float.NaN }] } },
        { "channels[0].floor is -1", Good with { Channels = [Good.Channels[0] with { Floor = -1, FloorSteps = 3 }] } },
        { "decision.critical is 0.9", Good with { Decision = new ManifestDecision { Critical = 0.9f } } },
        { "decision.critical is NaN", Good with { Decision = new ManifestDecision { Critical = float.NaN } } },
        { "window.length is 0", Good with { Window = new ManifestWindow() } },
        { "window.stride is 0", Good with { Window = new ManifestWindow { Length = 3, Stride = 0 } } },
        { "calibration.readings is 1", Good with { Calibration = new ManifestCalibration { Readings = 1 } } },
        { "calibration.clip is 0", Good with { Calibration = new ManifestCalibration { Clip = 0 } } },
        { "calibration.steady.drift is 0", Steady(new ManifestSteady { Drift = 0 }) },
        { "calibration.steady.spread is 1", Steady(new ManifestSteady { Spread = 1 }) },
        { "calibration.steady.channels is -1", Steady(new ManifestSteady { Channels = -1 }) },
        { "calibration.renew.every is 1", Renewed(new ManifestRenewal { Every = 1 }) },
        { "calibration.renew.blocks is 0", Renewed(new ManifestRenewal { Blocks = 0 }) },
        { "calibration.renew.blocks is 65", Renewed(new ManifestRenewal { Blocks = 65 }) },
        { "calibration.renew.calmBelow is 0", Renewed(new ManifestRenewal { CalmBelow = 0 }) },
        { "calibration.renew.hold is -1", Renewed(new ManifestRenewal { Hold = -1 }) },
        { "calibration.renew.spread is \"grow\"", Renewed(new ManifestRenewal { Spread = "grow" }) },
        { "calibration.renew.adoptAfter is -1", Renewed(new ManifestRenewal { AdoptAfter = -1 }) },
        { "window.hold is -1", Good with { Window = new ManifestWindow { Length = 1, Hold = -1 } } },
        { "input.layout is \"rows\"", Good with { Input = new ManifestInput { Layout = "rows" } } },
        { "input.features is only for", Good with { Input = Good.Input with { Layout = "window" } } },
        { "input.features is missing", Good with { Input = new ManifestInput { Layout = "features" } } },
        { "input.features[0].over is 9", Good with { Input = Good.Input with { Features = [new ManifestFeature { Over = 9 }] } } },
        { "output.kind is \"class\"", Good with { Output = new ManifestOutput { Kind = "class" } } },
        { "must lie above output.zero", Good with { Output = new ManifestOutput { Zero = 1, One = 1 } } },
        { "must lie below output.zero", Good with { Output = new ManifestOutput { Zero = 0, One = 1, Worse = "lower" } } },
        { "output.worse is \"less\"", Good with { Output = new ManifestOutput { Worse = "less" } } },
        { "a larger error is worse", Good with { Output = new ManifestOutput { Kind = "reconstruction", Worse = "lower" } } },
        { "output.element is -1", Good with { Output = new ManifestOutput { Element = -1 } } },
        { "output.element is 1", Good with { Output = new ManifestOutput { Element = 1, Kind = "reconstruction" } } },
        {
            "adoptAtLast is for calibration.over",
            Renewed(new ManifestRenewal { AdoptAfter = 100, AdoptAtLast = 800, Memory = 100 })
        },
        { "output.horizon is only for", Good with { Output = new ManifestOutput { Horizon = 1 } } },
        {
            "output.horizon is 3",
            Good with { Input = new ManifestInput(), Output = new ManifestOutput { Kind = "forecast", Horizon = 3 } }
        },
        { "needs a window of readings", Good with { Output = new ManifestOutput { Kind = "forecast" } } },
        { "input.columns has 1 names; expected", Good with { Input = Good.Input with { Columns = ["x"] } } },
        { "calibration.over is \"nothing\"", Good with { Calibration = new ManifestCalibration { Over = "nothing" } } },
        { "calibration.renew needs something", Good with { Calibration = new ManifestCalibration { Over = "none", Renew = new() } } },
        {
            "calibration.provisional needs something",
            Good with { Calibration = new ManifestCalibration { Over = "none", Provisional = 8 } }
        },
        { "states mean or spread", Good with { Channels = [Good.Channels[0] with { Mean = 1 }] } },
        {
            "channels[1].spread is missing",
            Good with
            {
                Channels = [Good.Channels[0] with { Mean = 1, Spread = 1 }, Good.Channels[1] with { Mean = 1 }],
                Calibration = new ManifestCalibration { Over = "fixed" },
            }
        },
        {
            "channels[0].spread is 0",
            Good with
            {
                Channels = [Good.Channels[0] with { Mean = 1, Spread = 0 }], Calibration = new ManifestCalibration { Over = "fixed" },
            }
        },
        { "must lie above output.zero", Good with { Output = new ManifestOutput { Zero = 0, One = float.NaN } } },
        { "output.provisional is empty", Provisional() },
        { "output.provisional is for devices", Provisional((10, 2)) with { Calibration = new ManifestCalibration() } },
        { "output.provisional[0].readings is 0", Provisional((0, 2)) },
        { "output.provisional[1].readings is 10", Provisional((10, 3), (10, 2)) },
        { "output.provisional[0].one is 0", Provisional((10, 0)) },
        { "output.provisional[1].one is NaN", Provisional((10, 2), (20, float.NaN)) },
        { "decision.onAfter is 0", Good with { Decision = new ManifestDecision { OnAfter = 0 } } },
        { "decision.offAfter is 0", Good with { Decision = new ManifestDecision { OffAfter = 0 } } },
        { "decision.smooth is 1025", Good with { Decision = new ManifestDecision { Smooth = 1025 } } },
        { "decision.promise.eventsADay is 0", Promised(new ManifestPromise { EventsADay = 0 }) },
        { "decision.promise.raise is NaN", Promised(new ManifestPromise { Raise = float.NaN }) },
        { "decision.promise.limit is 0.1; expected at least raise (0.2)", Promised(new ManifestPromise { Raise = 0.2f, Limit = 0.1f }) },
        { "decision.clear is 1.5", Good with { Decision = new ManifestDecision { Clear = 1.5f } } },
    };

    private static BundleManifest Promised(ManifestPromise promise) =>
        Good with { Decision = new ManifestDecision { Promise = promise } };

    private static BundleManifest Steady(ManifestSteady steady) => Good with { Calibration = new ManifestCalibration { Steady = steady } };

    private static BundleManifest Renewed(ManifestRenewal renew) => Good with { Calibration = new ManifestCalibration { Renew = renew } };

    [Theory]
    [InlineData("90", 90.0)]
    [InlineData("\"90s\"", 90.0)]
    [InlineData("\"1.5m\"", 90.0)]
    [InlineData("\"250ms\"", 0.25)]
    [InlineData("null", null)]
    public void A_gap_is_seconds_or_a_duration_with_its_unit(string json, double? seconds)
    {
        var text = $$$"""{"window": {"length": 3, "gap": {{{json}}}}}""";
        var manifest = JsonSerializer.Deserialize(text, BundleManifestJson.Default.BundleManifest)!;
        Assert.Equal(seconds, manifest.Window.Gap?.TotalSeconds);
        var written = JsonSerializer.Serialize(manifest, BundleManifestJson.Default.BundleManifest);
        var again = JsonSerializer.Deserialize(written, BundleManifestJson.Default.BundleManifest)!;
        Assert.Equal(manifest.Window, again.Window);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("\"soon\"")]
    [InlineData("\"-5s\"")]
    [InlineData("true")]
    [InlineData("1e300")]
    public void A_gap_that_is_no_duration_is_refused(string json) => Assert.Throws<JsonException>(() =>
        JsonSerializer.Deserialize($$$"""{"window": {"length": 3, "gap": {{{json}}}}}""", BundleManifestJson.Default.BundleManifest));

    [Theory]
    [MemberData(nameof(Bad))]
    public void The_first_problem_is_named_by_its_key(string expected, BundleManifest manifest) =>
        Assert.Contains(expected, ManifestCheck.FirstProblem(manifest));
}
