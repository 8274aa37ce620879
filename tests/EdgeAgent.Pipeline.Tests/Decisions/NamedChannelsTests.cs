using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Decisions;

public sealed class NamedChannelsTests
{
    private static readonly string Many = Repository.File("models/many-channels");
    private static readonly SourceOptions Listed = new() { Name = "s", Channels = [new() { Name = "a" }, new() { Name = "b" }] };
    private static readonly SourceOptions Open = new() { Name = "s" };

    [Fact]
    public void Each_detector_has_the_model_for_its_own_channels()
    {
        using var shelf = new ModelShelf(Options(
            new DetectorOptions { Name = "all", Source = "s", Model = Many },
            new DetectorOptions { Name = "again", Source = "s", Model = Many },
            new DetectorOptions { Name = "some", Source = "s", Model = Many, Channels = ["b"] }));

        Assert.Empty(shelf.Troubles);
        Assert.Equal([["a", "b"], ["a", "b"], ["b"]], shelf.InService.Detectors.Select(d => ModelOf(shelf, d).Bundle.ChannelNames));
        Assert.Same(ModelOf(shelf, shelf.InService.Detectors[0]), ModelOf(shelf, shelf.InService.Detectors[1]));
    }

    [Fact]
    public void After_a_reload_the_models_that_stay_the_same_go_on()
    {
        var detector = new DetectorOptions { Name = "all", Source = "s", Model = Many };
        using var before = new ModelShelf(Options(detector));
        using var after = new ModelShelf(Options(detector), before: before, isUnchanged: _ => true);
        Assert.Same(ModelOf(before, before.InService.Detectors[0]), ModelOf(after, after.InService.Detectors[0]));

        var other = Options(detector) with { Sources = [Open with { Channels = [new() { Name = "c" }] }] };
        Assert.NotEqual(
            new ConfigurationText(Options(detector)).Detectors["all"], new ConfigurationText(other).Detectors["all"]);
    }

    [Fact]
    public void What_does_not_fit_is_told_with_what_to_write()
    {
        var bundle = ModelBundle.Load(Many);
        var one = ModelBundle.Load(Repository.File("models/single-channel"));
        var named = new DetectorOptions { Name = "d", Source = "s", Channels = ["a", "b"] };

        Assert.Null(ChannelChoice.Problem(named, Open, bundle));
        Assert.Null(ChannelChoice.Problem(new() { Name = "d" }, Listed, bundle));
        Assert.Contains("name them, as in channels", ChannelChoice.Problem(new() { Name = "d", Source = "s" }, Open, bundle));
        Assert.Contains("write channels = [\"a\"", ChannelChoice.Problem(new() { Name = "d", Channel = "a" }, Open, bundle));
        Assert.Contains("stands twice", ChannelChoice.Problem(named with { Channels = ["a", "a"] }, Open, bundle));
        Assert.Contains("judges one: write channel", ChannelChoice.Problem(named, Open, one));
        Assert.Contains("leave the key out", ChannelChoice.Problem(named, Open, ModelBundle.Load(Repository.File("models/pump-health"))));
    }

    [Fact]
    public void The_memory_that_it_may_need_grows_with_its_channels()
    {
        var bundles = new Dictionary<string, ModelBundle> { [Many] = ModelBundle.Load(Many) };
        var (one, many) = (Bytes(["a"]), Bytes([.. Enumerable.Range(0, 50).Select(c => $"c{c}")]));
        Assert.InRange(many / one, 20, 60);

        long Bytes(List<string> channels) => MemoryBound.Of(
            Options(new DetectorOptions { Name = "d", Source = "s", Model = Many, Channels = channels }) with { Sources = [Open] },
            bundles, processors: 1).Sources.Single().DeviceBytes;
    }

    [Fact]
    public void A_detector_with_bad_channels_takes_no_memory_and_is_no_failure()
    {
        var bundles = new Dictionary<string, ModelBundle> { [Many] = ModelBundle.Load(Many) };
        var bad = new DetectorOptions { Name = "bad", Source = "s", Model = Many, Channels = ["a", "a"] };
        var bound = MemoryBound.Of(Options(bad, bad with { Name = "good", Channels = ["a"] }), bundles, processors: 1);
        Assert.Equal(1, bound.Sources.Single().Detectors);
    }

    [Fact]
    public void A_model_that_cannot_be_run_with_the_channels_of_a_detector_takes_that_one_out_of_service_alone()
    {
        using var temp = new TempFolder();
        var manifest = ModelBundle.Load(Many).Manifest;
        manifest.Input = manifest.Input with
        {
            Name = "input", Features = [manifest.Input.Features!.First(f => f is { Stat: "mean", Over: > 1 })],
        };
        manifest.Output = manifest.Output with { Name = "output" };
        var failing = TinyBundle.Write(temp.File("failing"), manifest with { Sha256 = "", Files = null }, HostileOnnx.Failing());
        using var shelf = new ModelShelf(Options(
            new DetectorOptions { Name = "bad", Source = "s", Model = failing, Channels = ["a"] },
            new DetectorOptions { Name = "good", Source = "s", Model = Many }));

        Assert.Equal("good", Assert.Single(shelf.InService.Detectors).Name);
        Assert.Contains("the 1 channels of detectors.bad fails", Assert.Single(shelf.Troubles));
        var log = new LogLines();
        shelf.Log(log);
        // As a model for any number, and as that for its own channels.
        Assert.Equal(2, log.Lines.Count(l => l.Contains("model many-channels", StringComparison.Ordinal)));
    }

    private static OnnxModel ModelOf(ModelShelf shelf, DetectorOptions detector) => shelf.Models[detector.ModelKey];

    private static AgentOptions Options(params DetectorOptions[] detectors) => new() { Sources = [Listed], Detectors = [.. detectors] };
}
