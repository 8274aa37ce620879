using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;

namespace EdgeAgent.Modeling.Tests.Bundling;

public sealed class ManifestCardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ManifestCardTests()
    {
        File.Copy(Fixture.Autoencoder, _folder.Place("mine/model.onnx"));
        File.Copy(Fixture.Manifest, _folder.Place("mine/manifest.json"));
    }

    private string Card => File.ReadAllText(_folder.Place("mine/README.md"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_card_tells_what_the_manifest_does()
    {
        Write();

        Assert.StartsWith("# flow-shape 1.0.0\n", Card, StringComparison.Ordinal);
        Assert.Contains("| flow | l/min | 0.01 |", Card, StringComparison.Ordinal);
        Assert.Contains("the last 32 readings as they are", Card, StringComparison.Ordinal);
        Assert.Contains("No provenance", Card, StringComparison.Ordinal);
    }

    [Fact]
    public void After_an_edit_of_the_manifest_the_card_is_renewed_and_what_people_wrote_stays()
    {
        Write();
        File.WriteAllText(
            _folder.Place("mine/README.md"), Card.Replace("# flow-shape 1.0.0\n",
                "# flow-shape 1.0.0\n\nAsk Ida before use.\n", StringComparison.Ordinal) + "\n## Notes\n\nMade on a Friday.\n");
        Edit(m => m with { Version = "1.1.0", Provenance = new() { ["licence"] = "CC-BY-4.0" }, Figures = new() { ["f1"] = 0.75 } });
        Write();

        Assert.StartsWith("# flow-shape 1.1.0\n", Card, StringComparison.Ordinal);
        Assert.Contains("- licence: CC-BY-4.0", Card, StringComparison.Ordinal);
        Assert.Contains("- f1: 0.75", Card, StringComparison.Ordinal);
        Assert.DoesNotContain("No provenance", Card, StringComparison.Ordinal);
        Assert.Contains("Ask Ida before use.", Card, StringComparison.Ordinal);
        Assert.EndsWith("Made on a Friday.\n", Card, StringComparison.Ordinal);
    }

    [Fact]
    public void Renewing_twice_changes_nothing_also_in_a_card_that_had_no_such_part()
    {
        File.WriteAllText(_folder.Place("mine/README.md"), "# An old name\n\nSome words.\n");
        Write();
        var first = Card;
        Write();

        Assert.Equal(first, Card);
        Assert.Contains("Some words.", Card, StringComparison.Ordinal);
        Assert.DoesNotContain("An old name", Card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_tells_how_calibration_is_doubted_and_kept_up()
    {
        Edit(m => m with
        {
            Channels = [m.Channels[0] with { Drift = 0.125f }, m.Channels[1] with { FloorSteps = 3 }],
            Calibration = m.Calibration with
            {
                Outlier = 5, Steady = new() { Drift = 2, Spread = 4, Channels = 1 }, Renew = new()
                {
                    Every = 50, Blocks = 8, Spread = "keep", AdoptAfter = 900,
                },
            },
        });
        Write();

        Assert.Contains("| flow | l/min | 0.01 | 12.5 % |", Card, StringComparison.Ordinal);
        Assert.Contains("3 steps of the sensor", Card, StringComparison.Ordinal);
        Assert.Contains("more than 5 spreads from the median block's are left out", Card, StringComparison.Ordinal);
        Assert.Contains("further apart than 2 spreads, or a block's spread is more than 4 times the median block's, in one channel",
            Card, StringComparison.Ordinal);
        Assert.Contains(
            "each 50 readings without an event or a score of 1, and followed by as many more, take the place of the oldest of 8 blocks; "
                + "the mean follows, the spread stays", Card, StringComparison.Ordinal);
        Assert.Contains("open for 900 readings while the channels are steady is the new normal", Card, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/pump-health")]
    [InlineData("models/single-channel")]
    public void Figures_and_limits_that_a_card_states_itself_are_not_stated_twice(string bundle)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, bundle)))
            File.Copy(file, _folder.Place($"mine/{Path.GetFileName(file)}"), overwrite: true);
        var before = Card;
        Write();

        string[] headings = [.. Card.Split('\n').Where(l => l.StartsWith('#')).Select(l => l.Split(',')[0])];
        Assert.Equal(headings.Distinct(), headings);
        Assert.Equal(before.Split('\n').Count(l => l.Contains("F1", StringComparison.Ordinal)), Card.Split('\n')
            .Count(l => l.Contains("F1", StringComparison.Ordinal) || l.Contains("- f1:", StringComparison.Ordinal)));
        Assert.Single(
            Card.Split('\n'), l => l.StartsWith(ModelBundle.Load(_folder.Place("mine")).Manifest.Description!, StringComparison.Ordinal));
        var renewed = Card;
        Write();
        Assert.Equal(renewed, Card);
    }

    [Fact]
    public void A_bundle_that_does_not_hold_together_gets_no_card()
    {
        Edit(m => m with { Sha256 = new string('0', 64) });

        Assert.Equal(1, CommandLine.Run(["card", _folder.Place("mine")]));
        Assert.False(File.Exists(_folder.Place("mine/README.md")));
    }

    private void Write() => Assert.Equal(0, CommandLine.Run(["card", _folder.Place("mine")]));

    private void Edit(Func<BundleManifest, BundleManifest> change) => File.WriteAllText(_folder.Place("mine/manifest.json"),
        JsonSerializer.Serialize(
            change(ModelBundle.ReadManifest(_folder.Place("mine/manifest.json"))), BundleManifestJson.Default.BundleManifest));
}
