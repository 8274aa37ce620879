using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;

namespace EdgeAgent.Modeling.Tests.Bundling;

public sealed class ManifestCardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ManifestCardTests()
    {
        File.Copy(Fixture.Autoencoder, _folder.File("mine/model.onnx"));
        File.Copy(Fixture.Manifest, _folder.File("mine/manifest.json"));
    }

    private string Card => File.ReadAllText(_folder.File("mine/README.md"));

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
        File.WriteAllText(_folder.File("mine/README.md"), Card.Replace("# flow-shape 1.0.0\n", "# flow-shape 1.0.0\n\nAsk Ida before use.\n", StringComparison.Ordinal) + "\n## Notes\n\nMade on a Friday.\n");
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
        File.WriteAllText(_folder.File("mine/README.md"), "# An old name\n\nSome words.\n");
        Write();
        var first = Card;
        Write();

        Assert.Equal(first, Card);
        Assert.Contains("Some words.", Card, StringComparison.Ordinal);
        Assert.DoesNotContain("An old name", Card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_that_does_not_hold_together_gets_no_card()
    {
        Edit(m => m with { Sha256 = new string('0', 64) });

        Assert.Equal(1, CommandLine.Run(["card", _folder.File("mine")]));
        Assert.False(File.Exists(_folder.File("mine/README.md")));
    }

    private void Write() => Assert.Equal(0, CommandLine.Run(["card", _folder.File("mine")]));

    private void Edit(Func<BundleManifest, BundleManifest> change) => File.WriteAllText(_folder.File("mine/manifest.json"),
        JsonSerializer.Serialize(change(ModelBundle.ReadManifest(_folder.File("mine/manifest.json"))), BundleManifestJson.Default.BundleManifest));
}
