using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Inference.Trials;
using EdgeAgent.TestData;

namespace EdgeAgent.Inference.Tests.Bundles;

public sealed class OpenChannelsTests
{
    private static readonly string Folder = Repository.File("models/many-channels");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(55)]
    public void One_graph_judges_any_number_of_channels_by_the_farthest(int channels)
    {
        using var model = OnnxModel.Load(ModelBundle.Load(Folder).For(channels));
        using var runner = new ModelRunner(model, 2);
        for (var f = 0; f < 10; f++)
            runner.Input(1)[f * channels + channels - 1] = f + 1;
        runner.Run(2);

        Assert.Equal(10 * channels, model.InputLength);
        Assert.Equal(0, runner.Output(0)[0]);
        Assert.Equal(Math.Sqrt(38.5), runner.Output(1)[0], 1e-5);
    }

    [Fact]
    public void The_golden_windows_say_with_how_many_channels_they_are_tried()
    {
        var verdict = BundleTrial.Run(Folder);
        Assert.Null(verdict.Problem);
        Assert.Equal(3, verdict.Golden);
    }

    [Fact]
    public void Channels_that_do_not_fit_are_refused_by_name()
    {
        var bundle = ModelBundle.Load(Folder);
        Assert.True(bundle.TakesManyChannels && !bundle.TakesAnyChannel);
        Assert.Equal(["a", "b"], bundle.For(["a", "b"]).ChannelNames);
        Assert.Contains("stands twice", Assert.Throws<BundleException>(() => bundle.For(["a", "a"])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "expected at most", Assert.Throws<BundleException>(() => bundle.For(20_000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_says_it_wrongly_is_told_what_is_expected()
    {
        var manifest = ModelBundle.Load(Folder).Manifest;
        Assert.Contains("only \"*\"", Problem(c => c.Name = "a"), StringComparison.Ordinal);
        Assert.Contains("bitSteps is -1", Problem(c => c.BitSteps = -1), StringComparison.Ordinal);
        manifest.Calibration.Scale = null;
        Assert.Contains("calibration.scale is not", ManifestCheck.FirstProblem(manifest), StringComparison.Ordinal);

        static string Problem(Action<ManifestChannel> change)
        {
            var changed = ModelBundle.Load(Folder).Manifest;
            change(changed.Channels[0]);
            return ManifestCheck.FirstProblem(changed)!;
        }
    }
}
